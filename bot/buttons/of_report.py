"""What the buttons have in common under what tells moderators of a picture that they are to look at.

A report is only ever used from within its own server, by somebody who may take messages away where the picture is.
"""

import re
import time
from abc import abstractmethod
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused, say
from bot.buttons.pressed import Pressed
from bot.jobs import Job
from bot.quoting import cut
from bot.seeing import moderates
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

REPORT = r"(?P<report>[0-9a-f]{12})"
_CONTENT = 2_000
_ACT = re.compile(rf"(\w+):{REPORT}")


class OfReport(Pressed):
    """One under what tells of a report."""

    name: ClassVar[str]
    """What its custom_id begins with, and the key of the text on it."""
    for_held: ClassVar[bool] = False
    """For pictures that are held back, and no others."""
    report_id: str

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        report, job = await found(interaction, self.report_id)
        if report.holds is not self.for_held:
            raise Refused("report_gone")
        await self.done(interaction, bot, report, job)

    @abstractmethod
    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        """By somebody who may."""


class ReportButton(OfReport, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"unused:{REPORT}"):
    colour: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, report_id: str, locale: str = "en") -> None:
        self.report_id = report_id
        label = text(locale, self.name)
        super().__init__(discord.ui.Button(label=label, style=self.colour, custom_id=f"{self.name}:{report_id}", row=0))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["report"])


async def found(interaction: Interaction, report_id: str) -> tuple[Report, Job]:
    """For a moderator of where its picture is. Raises `Refused`: another server's is not known."""
    bot: StyleSealBot = interaction.client
    guild_id = gate.check_server(interaction)
    report = await bot.reports.get(report_id)
    job = None if report is None else await bot.desk.jobs.get(report.job_id)
    if report is None or job is None or guild_id not in {report.guild_id} & {job.place.guild_id}:
        raise Refused("report_gone")
    if not _may(interaction, job):
        raise Refused("mod_not_there")
    return report, job


def _may(interaction: Interaction, job: Job) -> bool:
    """A channel that is gone, or a thread that is archived, has nobody's permissions any more: the server's hold."""
    guild, member = interaction.guild, interaction.user
    if guild is not None and guild.get_channel_or_thread(job.place.channel_id) is None:
        return isinstance(member, discord.Member) and member.guild_permissions.manage_messages
    return moderates(interaction, job)


async def mark(
    interaction: Interaction, report: Report, key: str, gone: Collection[str] | None = None, **values: Any
) -> None:
    """What told of the report says who did what; what is `gone` is not offered any more, and nothing where it is
    None."""
    from bot.buttons.moderation import answers  # they are of this kind

    bot: StyleSealBot = interaction.client
    locale = await _locale_of(interaction)
    line = text(locale, key, by=interaction.user.id, at=round(time.time()), **values)
    message = interaction.message
    if message is None:  # a form that was not opened from one
        await say(interaction, line)
        return
    left = () if gone is None else set(_names(message.components)) - set(gone)
    content = "\n".join(filter(None, (cut(message.content, _CONTENT - len(line) - 1), line)))
    view = answers(report, locale, left)
    await interaction.edit_original_response(content=content, view=view if view.children else None)
    bot.courier.wake()


async def _locale_of(interaction: Interaction) -> str:
    """Of what moderators read together, or of the one who alone sees it."""
    bot: StyleSealBot = interaction.client
    if interaction.message is not None and interaction.message.flags.ephemeral:
        return await bot.locale_of(interaction)
    guild_id = gate.check_server(interaction)
    return (await bot.rules.of(guild_id)).language or bot.locale_of_server(guild_id)


def _names(components: Iterable[Any]) -> list[str]:
    """Of what the message still offers."""
    rows = [item for row in components for item in getattr(row, "children", ())]
    return [match[1] for item in rows if (match := _ACT.fullmatch(getattr(item, "custom_id", None) or ""))]
