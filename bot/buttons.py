"""The buttons under a job's message. What each needs is in its custom_id and in the database, so they work for good."""

import logging
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot.desk import TooMany
from bot.jobs import Job
from bot.texts import locale_of, text
from protocol.errors import StyleSealError

if TYPE_CHECKING:
    from bot.client import StyleSealBot

log = logging.getLogger(__name__)
Interaction = discord.Interaction[Any]


class JobButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"unused:(?P<job>[0-9a-f]{16})"):
    """One that is about a job. Every exception is answered with a sentence: discord.py only logs them."""

    name: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary
    for_everyone: ClassVar[bool] = False

    def __init__(self, job_id: str, locale: str = "en") -> None:
        self.job_id = job_id
        custom_id = f"{self.name}:{job_id}"
        super().__init__(discord.ui.Button(label=text(locale, self.name), style=self.style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"])

    async def callback(self, interaction: Interaction) -> None:
        locale = locale_of(str(interaction.locale))
        try:
            bot: StyleSealBot = interaction.client
            if (job := await bot.desk.jobs.get(self.job_id)) is None:
                await say(interaction, text(locale, "gone"))
            elif not (self.for_everyone or may_change(interaction, job)):
                await say(interaction, text(locale, "not_yours"))
            else:
                await self.pressed(interaction, bot, job)
        except TooMany as many:
            await say(interaction, text(locale, "too_many", count=many.count))
        except StyleSealError as wrong:
            await say(interaction, wrong.sentence)
        except Exception:
            log.exception("the button %s failed", self.custom_id)
            await say(interaction, text(locale, "wrong"))

    @abstractmethod
    async def pressed(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        """By somebody who may."""


class Cancel(JobButton, template=r"cancel:(?P<job>[0-9a-f]{16})"):
    name = "cancel"

    async def pressed(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        locale = locale_of(str(interaction.locale))
        if await bot.desk.cancel(job.id):
            await interaction.response.edit_message(content=text(job.place.locale, "cancelled"), view=None)
        else:
            await say(interaction, text(locale, "too_late"))


class Again(JobButton, template=r"again:(?P<job>[0-9a-f]{16})"):
    name = "again"
    style = discord.ButtonStyle.primary
    for_everyone = True

    async def pressed(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        await bot.ask(interaction, bot.with_new_seed(job.request), job.style)


class Delete(JobButton, template=r"delete:(?P<job>[0-9a-f]{16})"):
    name = "delete"
    style = discord.ButtonStyle.danger

    async def pressed(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        deleted = text(job.place.locale, "deleted")
        await interaction.response.edit_message(content=deleted, attachments=[], embeds=[], view=None)


BUTTONS: tuple[type[JobButton], ...] = (Cancel, Again, Delete)


def may_change(interaction: Interaction, job: Job) -> bool:
    """Whoever asked for it, and moderators where it stands."""
    return interaction.user.id == job.user_id or interaction.permissions.manage_messages


async def say(interaction: Interaction, sentence: str) -> None:
    """To the one who pressed, and nobody else; whether or not there was an answer before."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


def waiting_view(job_id: str, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(Cancel(job_id, locale))
    return view


def result_view(job_id: str, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in (Again, Delete):
        view.add_item(button(job_id, locale))
    return view
