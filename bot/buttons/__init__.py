"""The buttons and lists under a job's message. A new one is a class and its line in `ITEMS`."""

from typing import Any

import discord

from bot.buttons import adapter_list
from bot.buttons.adapter import RatingList, StyleButton
from bot.buttons.adding import StopAdding
from bot.buttons.base import JobButton
from bot.buttons.blend import BlendPage
from bot.buttons.boards import BoardPick, BoardTurn, StatsDays
from bot.buttons.edit import Edit
from bot.buttons.forget import ForgetMe, KeepMe
from bot.buttons.gallery import GalleryAll, GalleryOpen, GalleryPage, GalleryRefresh, GallerySearch, GallerySort
from bot.buttons.held import Reject, Release
from bot.buttons.info import Info
from bot.buttons.line import Refresh, Withdraw
from bot.buttons.moderation import BlockThem, Dismiss, TakeAway, WarnThem
from bot.buttons.pages import HistoryPage, HistoryPick
from bot.buttons.report_list import ReportPick, ReportsPage
from bot.buttons.result import Again, Delete, Upscale, Vary
from bot.buttons.settings import SettingsAct, SettingsPick, SettingsSection
from bot.buttons.settings_import import ApplySettings, KeepSettings
from bot.buttons.settings_log import TrailPage
from bot.buttons.sheet import CellList
from bot.buttons.style_card import CardButton
from bot.buttons.styles import StyleList, Styles
from bot.buttons.waiting import Cancel, Collect
from bot.jobs import Job
from bot.moderation.blocked import BlockedPage

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
    CellList,
    BlendPage,
    Withdraw,
    Refresh,
    HistoryPage,
    HistoryPick,
    StatsDays,
    BoardPick,
    BoardTurn,
    ForgetMe,
    KeepMe,
    SettingsSection,
    SettingsPick,
    SettingsAct,
    ApplySettings,
    KeepSettings,
    TrailPage,
    TakeAway,
    WarnThem,
    Dismiss,
    BlockThem,
    Release,
    Reject,
    ReportsPage,
    ReportPick,
    BlockedPage,
    GalleryPage,
    GallerySort,
    GalleryOpen,
    GallerySearch,
    GalleryAll,
    GalleryRefresh,
    CardButton,
    StopAdding,
    StyleButton,
    RatingList,
    adapter_list.Pick,
    adapter_list.TurnPage,
)


def waiting_view(job: Job) -> discord.ui.View:
    return _view(Cancel(job.id, job.place.locale))


def collect_view(job: Job) -> discord.ui.View:
    return _view(Collect(job.id, job.place.locale), Cancel(job.id, job.place.locale))


def result_view(job: Job) -> discord.ui.View:
    """With several pictures each has its own in two rows, as people know it: U1 U2 …, V1 V2 …"""
    if job.variants:
        return _sheet_view(job)
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


def _sheet_view(job: Job) -> discord.ui.View:
    """Nothing is painted over a sheet; each of its pictures can be had alone."""
    view = discord.ui.View(timeout=None)
    buttons: tuple[type[JobButton], ...] = (Again, Edit, Info, Delete)
    for button in buttons:
        view.add_item(button(job.id, job.place.locale, 0))
    view.add_item(CellList(job.id, job.place.locale, job.variants))
    return view


def _view(*items: discord.ui.DynamicItem[Any]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view
