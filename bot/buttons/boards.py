"""The lists and buttons under charts and boards: whoever asked changes the message, others get their own."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction, Refused
from bot.buttons.pressed import Pressed
from bot.stats.counted import PERIODS
from bot.stats.public_answers import change
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

ALL = 0
"""The period that has all days."""
KINDS = ("artists", "styles")
_VALUE = re.compile(r"(?P<of>artists|styles):(?P<days>0|7|30|90)")


@dataclass(frozen=True, slots=True)
class Board:
    """What is counted (one of `KINDS`), of how many days, and which page is shown, from 0."""

    of: str
    days: int
    page: int = 0


class StatsDays(
    Pressed, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=r"stats_days:(?P<user>\d{1,20})"
):
    def __init__(self, user: int, days: int = PERIODS[0], locale: str = "en") -> None:
        self.user = user
        options = [
            discord.SelectOption(label=period(locale, one), value=str(one), default=one == days) for one in PERIODS
        ]
        super().__init__(discord.ui.Select(custom_id=f"stats_days:{user}", options=options))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.stats.sheet import show  # it has this list in it

        days = next((one for one in PERIODS if str(one) == _value(interaction)), None)
        if days is None:
            raise Refused("gone")
        guild_id, private = await change(interaction, self.user)
        asker = interaction.user.id if private else self.user
        await show(interaction, asker, guild_id, days, private=private)


class BoardPick(Pressed, discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"board:(?P<user>\d{1,20})"):
    def __init__(self, user: int, board: Board | None = None, locale: str = "en") -> None:
        self.user = user
        options = [
            discord.SelectOption(
                label=f"{text(locale, f'board_by_{of}')} · {period(locale, days)}",
                value=f"{of}:{days}",
                default=board is not None and (of, days) == (board.of, board.days),
            )
            for of in KINDS
            for days in (*PERIODS, ALL)
        ]
        super().__init__(discord.ui.Select(custom_id=f"board:{user}", options=options))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        picked = _VALUE.fullmatch(_value(interaction))
        if picked is None:
            raise Refused("gone")
        await _change(interaction, self.user, Board(picked["of"], int(picked["days"])))


class BoardTurn(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"board_page:(?P<user>\d{1,20}):(?P<of>artists|styles):(?P<days>0|7|30|90):(?P<page>\d{1,4}):(?P<turn>[<>])",
):
    def __init__(self, user: int, board: Board, turn: str, pages: int = 1) -> None:
        """`turn` is `<` or `>`; the page of `board` is the one to turn to."""
        self.user, self.board = user, board
        custom_id = f"board_page:{user}:{board.of}:{board.days}:{max(0, board.page)}:{turn}"
        still = not 0 <= board.page < pages
        super().__init__(discord.ui.Button(label=turn, custom_id=custom_id, disabled=still))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]), Board(match["of"], int(match["days"]), int(match["page"])), match["turn"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        await _change(interaction, self.user, self.board)


def rows(user: int, board: Board, pages: int, locale: str) -> list[discord.ui.ActionRow[Any]]:
    """What stands under a board that `user` may change."""
    picks: discord.ui.ActionRow[Any] = discord.ui.ActionRow(BoardPick(user, board, locale))
    if pages < 2:
        return [picks]
    before, after = (replace(board, page=board.page + step) for step in (-1, 1))
    here: discord.ui.Button[Any] = discord.ui.Button(
        label=f"{board.page + 1}/{pages}", custom_id="board_here", disabled=True
    )
    return [picks, discord.ui.ActionRow(BoardTurn(user, before, "<", pages), here, BoardTurn(user, after, ">", pages))]


def period(locale: str, days: int) -> str:
    return text(locale, "period_all") if days == ALL else text(locale, "period_days", days=days)


async def _change(interaction: Interaction, user: int, board: Board) -> None:
    from bot.stats.boards import show  # it has these in it

    guild_id, private = await change(interaction, user)
    await show(interaction, interaction.user.id if private else user, guild_id, board, private=private)


def _value(interaction: Interaction) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str((data.get("values") or [""])[0])
