"""The Discord side: commands, views, queue, delivery, preferences, contests."""
