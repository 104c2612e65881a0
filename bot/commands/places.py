"""Where the commands can be used: servers, direct messages, and wherever a member brings the bot along."""

from typing import Any, TypeVar

from discord import app_commands

Command = TypeVar("Command", bound=Any)


def everywhere(command: Command) -> Command:
    """A decorator for commands, groups and menus."""
    command = app_commands.allowed_installs(guilds=True, users=True)(command)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command)
