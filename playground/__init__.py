"""A Discord on this machine, for trying the bot and for its tests."""
