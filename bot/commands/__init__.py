"""The commands; a new one is a file and its line here."""

from typing import Any

from discord import app_commands

from bot.commands.paint import paint

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...] = (paint,)
