"""What every button and list under a job's message has in common. What each needs is in its custom_id and in the
database, so they work for good."""

import logging
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot import gate
from bot.answers import Interaction, answering, say
from bot.jobs import Job
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

log = logging.getLogger(__name__)
JOB = r"(?P<job>[0-9a-f]{16})"
NUMBERED = JOB + r":(?P<number>\d{1,2})"


class OfJob:
    """One that is about a job. Whoever uses it must be allowed to, there and then; what goes wrong is answered with a
    sentence, since discord.py only logs it."""

    job_id: str
    for_everyone: ClassVar[bool] = False
    """Otherwise for whoever asked for the picture, and moderators."""
    for_owner: ClassVar[bool] = False
    """Not even for moderators."""

    async def callback(self, interaction: Interaction) -> None:
        bot: StyleSealBot = interaction.client
        async with answering(interaction):
            await gate.check(bot, interaction)
            locale = await bot.locale_of(interaction)
            job = await bot.desk.jobs.get(self.job_id)
            if job is None:
                await say(interaction, text(locale, "gone"))
            elif not self._may(interaction, job):
                await say(interaction, text(locale, "not_yours"))
            else:
                gate.check_rating(job, interaction)
                await self.used(interaction, bot, job)

    def _may(self, interaction: Interaction, job: Job) -> bool:
        if self.for_everyone:
            return may_see(interaction, job)
        if interaction.user.id == job.user_id:
            return True
        return not self.for_owner and interaction.permissions.manage_messages

    @abstractmethod
    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        """By somebody who may."""


class JobButton(OfJob, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"unused:{JOB}"):
    """`name` is what its custom_id begins with, and the key of the text on it."""

    name: ClassVar[str]
    colour: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary
    emoji: ClassVar[str | None] = None

    def __init__(self, job_id: str, locale: str = "en", row: int | None = None) -> None:
        self.job_id = job_id
        super().__init__(
            discord.ui.Button(
                label=text(locale, self.name),
                style=self.colour,
                custom_id=f"{self.name}:{job_id}",
                emoji=self.emoji,
                row=row,
            )
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"])


class PictureButton(OfJob, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"unused:{NUMBERED}"):
    """One about one of a job's pictures, by its number from 1; with several it is a letter and the number."""

    name: ClassVar[str]

    def __init__(
        self, job_id: str, number: int, locale: str = "en", row: int | None = None, *, short: bool = False
    ) -> None:
        self.job_id = job_id
        self.number = number
        label = f"{text(locale, f'{self.name}_short')}{number}" if short else text(locale, self.name)
        super().__init__(discord.ui.Button(label=label, custom_id=f"{self.name}:{job_id}:{number}", row=row))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"], int(match["number"]))


def may_see(interaction: Interaction, job: Job) -> bool:
    """Whether this person may see the picture of a job where they are now: their own, or one that stands there for all
    to see."""
    if interaction.user.id == job.user_id:
        return True
    return not job.place.private and interaction.channel_id == job.place.channel_id
