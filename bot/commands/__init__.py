"""The commands; a new one is a file and its line here."""

from typing import Any

from discord import app_commands

from bot.commands.cancel import cancel
from bot.commands.history import history
from bot.commands.menus import paint_again, picture_info
from bot.commands.paint import paint
from bot.commands.prefs import prefs
from bot.commands.queue import queue
from bot.commands.show import show

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...] = (
    paint,
    queue,
    cancel,
    history,
    show,
    picture_info,
    paint_again,
    prefs,
)
