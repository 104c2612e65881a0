"""What every button and list under a job's message has in common. What each needs is in its custom_id and in the
database, so they work for good."""

import logging
import re
from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused, answering
from bot.jobs import Job, State
from bot.seeing import may_view, moderates
from bot.texts import text
from bot.wanted import Wanted, like

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
    even_deleted: ClassVar[bool] = False
    """Otherwise for what was not deleted."""

    async def callback(self, interaction: Interaction) -> None:
        bot: StyleSealBot = interaction.client
        async with answering(interaction):
            job = await found(interaction, self.job_id, self._may, even_deleted=self.even_deleted)
            await self.used(interaction, bot, job)

    def _may(self, interaction: Interaction, job: Job) -> bool:
        if self.for_everyone:
            return may_see(interaction, job)
        if interaction.user.id == job.user_id:
            return True
        return not self.for_owner and moderates(interaction, job)

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


async def found(
    interaction: Interaction, job_id: str, may: Callable[[Interaction, Job], bool], *, even_deleted: bool = False
) -> Job:
    """A job, for somebody who is allowed to use it there and then. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    job = await bot.desk.jobs.get(job_id)
    if job is None or (job.state is State.DELETED and not even_deleted):
        raise Refused("gone")
    if not may(interaction, job):
        raise Refused("not_yours")
    if job.state is State.HELD:
        raise Refused("held_still")
    gate.check_rating(job, interaction)
    return job


async def as_private(interaction: Interaction, wanted: Wanted) -> Wanted:
    """As the picture it comes from, or as whoever asks now likes theirs to be."""
    bot: StyleSealBot = interaction.client
    likes = await bot.members.of(interaction.user.id)
    return wanted.changed(private=wanted.private or bool(likes.private))


async def once_more(interaction: Interaction, job: Job) -> None:
    """Asks for the same with another seed."""
    bot: StyleSealBot = interaction.client
    await bot.asking.ask(interaction, await as_private(interaction, like(job).changed(seed=None)))


def may_see(interaction: Interaction, job: Job) -> bool:
    """Whether this person may see the picture of a job where they are now: their own, or one that stands for them to
    see there, or elsewhere in the same server. The words of a job stand nowhere before there is a picture."""
    if interaction.user.id == job.user_id:
        return True
    if job.state not in (State.PAINTED, State.DONE):
        return False
    here = not job.place.private and interaction.channel_id == job.place.channel_id
    return here or may_view(interaction, job)
