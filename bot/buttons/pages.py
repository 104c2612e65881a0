"""The buttons and the list under a page of somebody's own pictures: they turn it, show one, or paint one again."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused, answering
from bot.beginnings import beginning
from bot.buttons.base import once_more
from bot.buttons.turn import TURNS, Turn
from bot.jobs import Job
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_LABEL = 60
_ID = re.compile(r"(?P<act>show|again):(?P<job>[0-9a-f]{16})")


class HistoryPage(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"history:(?P<user>\d{{1,20}}):(?P<page>\d{{1,9}}):{TURNS}",
):
    def __init__(self, user: int, page: int, turn: Turn, pages: int = 1) -> None:
        """`page` is where it stands, from 0."""
        self.user, self.page = user, page
        to, label, still = turn.button(page, pages)
        custom_id = f"history:{user}:{to}:{turn}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=still, row=0))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]), int(match["page"]), Turn.HERE)

    async def callback(self, interaction: Interaction) -> None:
        from bot.pages import turn_to  # it has these buttons in it

        async with answering(interaction):
            await _check(interaction, self.user)
            await interaction.response.defer()
            await turn_to(interaction, self.page)


class HistoryPick(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=r"history_pick:(?P<user>\d{1,20})"
):
    def __init__(self, user: int, locale: str = "en", jobs: Sequence[Job] = ()) -> None:
        """`jobs` are those of the page, in its order."""
        self.user = user
        options = [
            discord.SelectOption(
                label=text(locale, f"pick_{act}", number=number),
                value=f"{act}:{job.id}",
                description=beginning(job.request.prompt, _LABEL),
            )
            for number, job in enumerate(jobs, 1)
            for act in ("show", "again")
        ]
        super().__init__(
            discord.ui.Select(
                placeholder=text(locale, "pick"), custom_id=f"history_pick:{user}", options=options, row=1
            )
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]))

    async def callback(self, interaction: Interaction) -> None:
        from bot.showing import show  # it has other buttons in it

        async with answering(interaction):
            await _check(interaction, self.user)
            picked = _ID.fullmatch(_value(interaction))
            if picked is None:
                raise Refused("gone")
            if picked["act"] == "show":
                await show(interaction, picked["job"])
            else:
                await _again(interaction, picked["job"])


async def _again(interaction: Interaction, job_id: str) -> None:
    bot: StyleSealBot = interaction.client
    job = await bot.desk.jobs.get(job_id)
    if job is None or job.user_id != interaction.user.id:
        raise Refused("gone")
    gate.check_rating(job, interaction)
    await once_more(interaction, job)


async def _check(interaction: Interaction, user: int) -> None:
    """Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    if interaction.user.id != user:
        raise Refused("not_your_page")


def _value(interaction: Interaction) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str((data.get("values") or [""])[0])
