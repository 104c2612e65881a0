"""A server's chart sheet, in words that somebody reads: what `/stats` answers with, and its list of periods."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.boards import StatsDays
from bot.stats.chart import Sheet, grouped
from bot.stats.chart_process import NotDrawn
from bot.stats.counted import Scope, since, today
from bot.store.stats import DAY_SECONDS, Totals, Waited
from bot.texts import number, text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_STYLES = 10
"""With a row of their own."""
_NAME, _TITLE = 40, 100
_UNITS = (("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))
_IN_UNIT = 3
"""Of a unit at least, for it to be used."""


async def show(interaction: Interaction, asker: int, guild_id: int, days: int, *, private: bool) -> None:
    """The answer to an interaction that is acknowledged already, whose list `asker` may use. Raises `Refused`,
    `StoreFailed`, `StorageFailed`."""
    bot: StyleSealBot = interaction.client
    locale = await bot.language_there(interaction, private=private)
    view = discord.ui.View(timeout=None)
    view.add_item(StatsDays(asker, days, locale))
    totals = await bot.stats.store.totals(guild_id, since(days))
    if not totals.pictures:
        await interaction.edit_original_response(
            content=text(locale, "stats_none", days=days), attachments=[], view=view
        )
        return
    try:
        png = await bot.stats.chart.drawn(await _sheet(interaction, guild_id, days, locale, totals))
    except NotDrawn as wrong:
        raise Refused("stats_not_drawn") from wrong
    words = text(
        locale,
        "stats_alt",
        period=text(locale, "stats_period", days=days),
        pictures=totals.pictures,
        artists=totals.artists,
        wait=_lasting(locale, totals.wait),
    )
    file = discord.File(io.BytesIO(png), f"stats-{days}.png", description=words)
    await interaction.edit_original_response(content=None, attachments=[file], view=view)


async def _sheet(interaction: Interaction, guild_id: int, days: int, locale: str, totals: Totals) -> Sheet:
    bot: StyleSealBot = interaction.client
    scope = Scope.of(guild_id, await bot.rules.of(guild_id), nsfw=gate.is_nsfw(interaction))
    begins = since(days)
    painted, waits = await bot.stats.store.days(guild_id, begins), await bot.stats.store.waits(guild_id, begins)
    styles, rest = await bot.stats.styles(scope, begins)
    rest += sum(pictures for _, pictures in styles[_STYLES:])
    shown = range(today() - days + 1, today() + 1)
    unit, seconds = _unit(max((one.most for one in waits), default=0.0))
    by_day = {one.day: one for one in waits}
    return Sheet(
        title=beginning("" if interaction.guild is None else interaction.guild.name, _TITLE),
        period=text(locale, "stats_period", days=days),
        figures=(
            (grouped(totals.pictures), text(locale, "stats_pictures", count=totals.pictures)),
            (grouped(totals.artists), text(locale, "stats_artists", count=totals.artists)),
            (_lasting(locale, totals.wait), text(locale, "stats_wait")),
        ),
        labels=tuple(_label(locale, day) for day in shown),
        days_title=text(locale, "stats_days_title"),
        days=tuple(painted.get(day, 0) for day in shown),
        styles_title=text(locale, "stats_styles_title"),
        styles=tuple((beginning(name, _NAME), pictures) for name, pictures in styles[:_STYLES]),
        rest=(text(locale, "stats_styles_rest"), rest) if rest else None,
        waits_title=text(locale, f"stats_waits_{unit}"),
        half_title=text(locale, "stats_half"),
        half=_in([by_day.get(day) for day in shown], "half", seconds),
        most_title=text(locale, "stats_most"),
        most=_in([by_day.get(day) for day in shown], "most", seconds),
        decimal=_decimal(locale),
    )


def _in(waits: Sequence[Waited | None], of: str, seconds: float) -> tuple[float | None, ...]:
    """In a unit of so many seconds."""
    return tuple(None if one is None else getattr(one, of) / seconds for one in waits)


def _unit(longest: float) -> tuple[str, float]:
    """That in which so many seconds are a few, and its own seconds."""
    return next((one for one in _UNITS if longest >= _IN_UNIT * one[1]), _UNITS[-1])


def _lasting(locale: str, wait: float) -> str:
    unit, seconds = _unit(wait)
    rounded = round(wait / seconds, 0 if wait / seconds >= 10 else 1)
    return text(locale, f"stats_in_{unit}", number=grouped(rounded, _decimal(locale)))


def _decimal(locale: str) -> str:
    """The language's sign before tenths."""
    return number(locale, 0.5).strip("05")


def _label(locale: str, day: int) -> str:
    date = datetime.fromtimestamp(day * DAY_SECONDS, UTC)
    return text(locale, "stats_day", month=date.month, day=date.day)
