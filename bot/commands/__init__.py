"""The commands; a new one is a file and its line here."""

from typing import Any

from discord import app_commands

from bot.commands.adapter import adapter
from bot.commands.blend import blend
from bot.commands.cancel import cancel
from bot.commands.compare import compare
from bot.commands.history import history
from bot.commands.leaderboard import leaderboard
from bot.commands.menus import paint_again, picture_info
from bot.commands.moderation import moderation
from bot.commands.paint import paint
from bot.commands.prefs import prefs
from bot.commands.queue import queue
from bot.commands.report import report
from bot.commands.settings import settings
from bot.commands.show import show
from bot.commands.stats import stats
from bot.commands.styles import styles
from bot.commands.sweep import sweep

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...] = (
    paint,
    sweep,
    compare,
    styles,
    blend,
    queue,
    cancel,
    history,
    show,
    stats,
    leaderboard,
    picture_info,
    paint_again,
    report,
    moderation,
    prefs,
    settings,
    adapter,
)
