"""A server's boards: who painted the most, and in which styles, where everybody saw it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.boards import Board, period, rows
from bot.quoting import quoted
from bot.stats.chart import grouped
from bot.stats.counted import Scope, since
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 10
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
_BAR = 10
"""Squares of the longest one."""
_NAME = 40
_COLOUR = 0xFAA61A
_MEMBERS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """`who` is a member's id, or a style's name. Those with as many pictures share a place, from 1."""

    place: int
    who: int | str
    pictures: int


def ranked(counted: Sequence[tuple[int | str, int]]) -> list[Row]:
    """The most come first."""
    found: list[Row] = []
    for number, (who, pictures) in enumerate(counted, 1):
        tied = found and found[-1].pictures == pictures
        found.append(Row(found[-1].place if tied else number, who, pictures))
    return found


async def show(interaction: Interaction, asker: int, guild_id: int, board: Board, *, private: bool) -> None:
    """The answer to an interaction that is acknowledged already; `asker` may change it. Raises `Refused`,
    `StoreFailed`, `StorageFailed`."""
    bot: StyleSealBot = interaction.client
    locale = await bot.language_there(interaction, private=private)
    every = ranked(await _counted(interaction, guild_id, board))
    pages = max(1, -(-len(every) // PER_PAGE))
    board = replace(board, page=min(board.page, pages - 1))
    shown = every[board.page * PER_PAGE :][:PER_PAGE]
    names = await _names(interaction, [row.who for row in shown if isinstance(row.who, int)])
    lines = [_line(row, _named(locale, row.who, names), every[0].pictures) for row in shown]
    own = next((row for row in every if row.who == interaction.user.id), None)
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(
        discord.ui.TextDisplay(f"## {text(locale, f'board_title_{board.of}')}\n{period(locale, board.days)}"),
        discord.ui.TextDisplay("\n".join(lines) or text(locale, "board_empty")),
        discord.ui.Separator(),
        discord.ui.TextDisplay("\n".join([*_own(locale, interaction, own), f"-# {text(locale, 'board_note')}"])),
        accent_colour=_COLOUR,
    )
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(container)
    for row in rows(asker, board, pages, locale):
        view.add_item(row)
    await interaction.edit_original_response(view=view)


async def _counted(interaction: Interaction, guild_id: int, board: Board) -> Sequence[tuple[int | str, int]]:
    bot: StyleSealBot = interaction.client
    if board.of == "artists":
        return [*(await bot.stats.store.artists(guild_id, since(board.days)))]
    scope = Scope.of(guild_id, await bot.rules.of(guild_id), nsfw=gate.is_nsfw(interaction))
    styles, _ = await bot.stats.styles(scope, since(board.days))
    return [*styles]


async def _names(interaction: Interaction, ids: Collection[int]) -> Mapping[int, str]:
    """Of those who are in the server now, as Discord says. Raises `Refused` where it does not."""
    if not ids or interaction.guild is None:
        return {}
    try:
        async with asyncio.timeout(_MEMBERS_SECONDS):
            members = await interaction.guild.query_members(user_ids=list(ids), limit=PER_PAGE, cache=False)
    except TimeoutError as late:
        raise Refused("board_not_now") from late
    return {member.id: member.display_name for member in members}


def _named(locale: str, who: int | str, names: Mapping[int, str]) -> str:
    if isinstance(who, int) and who not in names:
        return f"*{text(locale, 'board_left')}*"
    return f"**{quoted(beginning(who if isinstance(who, str) else names[who], _NAME))}**"


def _line(row: Row, name: str, most: int) -> str:
    full = max(1, round(_BAR * row.pictures / most))
    place = _MEDALS.get(row.place, f"`{row.place:>2}`")
    return f"{place} `{'▰' * full}{'▱' * (_BAR - full)}` {name} · {grouped(row.pictures)}"


def _own(locale: str, interaction: Interaction, own: Row | None) -> list[str]:
    """That of whoever asked or clicked."""
    if own is None:
        return []
    who = f"**{quoted(beginning(interaction.user.display_name, _NAME))}**"
    return [text(locale, "board_own", who=who, place=own.place, count=own.pictures)]
