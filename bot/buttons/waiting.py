"""The buttons of a job that is not finished."""

import time
from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction, say
from bot.buttons.base import JOB, JobButton
from bot.jobs import Job, State
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class Cancel(JobButton, template=rf"cancel:{JOB}"):
    name = "cancel"

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        from bot.result import cancelled  # its messages have these buttons

        letter = cancelled(job)
        if await bot.desk.cancel(job.id, letter=letter) or job.state is State.CANCELLED:
            # By this click at once, and by the letter for sure, after whatever else is on its way to the message.
            bot.courier.wake()
            words = text(job.place.locale, "cancelled")
            await interaction.response.edit_message(content=words, view=None, attachments=[])
            if not job.place.lasts and job.place.token_until <= time.time():
                await bot.courier.outbox.sent(letter)  # which nothing but this click reaches
        elif not await self._brought(interaction, bot, job):
            await say(interaction, text(await bot.locale_of(interaction), "too_late"))

    async def _brought(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> bool:
        """Whether there is a picture that waits for a click on this message, as it never got its Collect button."""
        waits = interaction.user.id == job.user_id and not job.place.lasts
        return waits and await bot.collecting.collect(job, interaction)


class Collect(JobButton, template=rf"collect:{JOB}"):
    """Under a message that only a fresh token can change: the click brings one."""

    name = "collect"
    colour = discord.ButtonStyle.primary
    for_owner = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        if not await bot.collecting.collect(job, interaction):
            await say(interaction, text(await bot.locale_of(interaction), "too_late"))
