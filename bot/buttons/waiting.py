"""The buttons of a job that is not finished."""

from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction, say
from bot.buttons.base import JOB, JobButton
from bot.jobs import Job
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class Cancel(JobButton, template=rf"cancel:{JOB}"):
    name = "cancel"

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        if await bot.desk.cancel(job.id):
            words = text(job.place.locale, "cancelled")
            await interaction.response.edit_message(content=words, view=None, attachments=[])
        else:
            await say(interaction, text(await bot.locale_of(interaction), "too_late"))


class Collect(JobButton, template=rf"collect:{JOB}"):
    """Under a message that only a fresh token can change: the click brings one."""

    name = "collect"
    colour = discord.ButtonStyle.primary
    for_owner = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        if not await bot.collecting.collect(job, interaction):
            await say(interaction, text(await bot.locale_of(interaction), "too_late"))
