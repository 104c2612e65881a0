"""The language the bot and the engine speak: requests, orders, events, errors, and their JSON form."""
