"""The buttons and lists under a job's message. A new one is a class and its line in `ITEMS`."""

from typing import Any

import discord

from bot.buttons.result import Again, Delete, Upscale, Vary
from bot.buttons.waiting import Cancel, Collect
from bot.jobs import Job

ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    Cancel,
    Collect,
    Again,
    Vary,
    Upscale,
    Delete,
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
    view.add_item(Again(job.id, locale, 2))
    view.add_item(Delete(job.id, locale, 3))
    return view


def _view(*items: discord.ui.DynamicItem[Any]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view
