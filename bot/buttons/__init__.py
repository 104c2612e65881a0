"""The buttons and lists under a job's message. A new one is a class and its line in `ITEMS`."""

from typing import Any

import discord

from bot.buttons.base import JobButton
from bot.buttons.edit import Edit
from bot.buttons.forget import ForgetMe, KeepMe
from bot.buttons.info import Info
from bot.buttons.line import Refresh, Withdraw
from bot.buttons.pages import HistoryPage, HistoryPick
from bot.buttons.result import Again, Delete, Upscale, Vary
from bot.buttons.styles import StyleList, Styles
from bot.buttons.waiting import Cancel, Collect
from bot.jobs import Job

ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    Cancel,
    Collect,
    Again,
    Vary,
    Upscale,
    Edit,
    Styles,
    StyleList,
    Info,
    Delete,
    Withdraw,
    Refresh,
    HistoryPage,
    HistoryPick,
    ForgetMe,
    KeepMe,
)


def waiting_view(job: Job) -> discord.ui.View:
    return _view(Cancel(job.id, job.place.locale))


def collect_view(job: Job) -> discord.ui.View:
    return _view(Collect(job.id, job.place.locale), Cancel(job.id, job.place.locale))


def result_view(job: Job) -> discord.ui.View:
    """With several pictures each has its own in two rows, as people know it: U1 U2 …, V1 V2 …"""
    locale, several = job.place.locale, len(job.pictures) > 1
    view = discord.ui.View(timeout=None)
    if several:
        for row, kind in enumerate((Upscale, Vary)):
            for picture in job.pictures:
                view.add_item(kind(job.id, picture.number, locale, row, short=True))
    else:
        view.add_item(Vary(job.id, 1, locale, 0))
        view.add_item(Upscale(job.id, 1, locale, 0))
    first, last = (2, 2) if several else (0, 1)
    rows: dict[type[JobButton], int] = {Again: first, Edit: first, Styles: first, Info: last, Delete: last}
    for button, row in rows.items():
        view.add_item(button(job.id, locale, row))
    return view


def _view(*items: discord.ui.DynamicItem[Any]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view
