"""What becomes of a picture that is held back: moderators release it, or delete it."""

from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction
from bot.buttons.of_report import REPORT, ReportButton, mark
from bot.jobs import Job, State
from bot.moderation import moderating
from bot.pages import address
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class Release(ReportButton, template=rf"held_release:{REPORT}"):
    name = "held_release"
    for_held = True
    colour = discord.ButtonStyle.success

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        from bot.result import finished, letter  # its messages have buttons
        from bot.showing import completed_of

        await interaction.response.defer()
        if job.state is not State.HELD:
            await mark(interaction, report, "mark_seen")
            return
        kept = [await bot.pictures.read(job.id, one.number) for one in job.pictures]
        entry, log = await moderating.entered(interaction, "picture_released", job.user_id, message=address(job))
        told = letter(job, finished(job, completed_of(job, kept)))
        done = await bot.reports.answer(job.id, State.PAINTED, told, entry, log)
        bot.courier.wake()
        await mark(interaction, report, "mark_released" if done else "mark_seen")


class Reject(ReportButton, template=rf"held_delete:{REPORT}"):
    name = "held_delete"
    for_held = True
    colour = discord.ButtonStyle.danger

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        from bot.form import Form
        from bot.result import letter

        await interaction.response.defer()
        if job.state is not State.HELD:
            if job.state is State.DELETED:  # the bot may have ended before its files were
                await bot.pictures.drop([job.id])
            await mark(interaction, report, "mark_seen")
            return
        entry, log = await moderating.entered(interaction, "picture_deleted", job.user_id, message=address(job))
        told = letter(job, Form.of(text(job.place.locale, "held_deleted")))
        done = await bot.reports.answer(job.id, State.DELETED, told, entry, log)
        bot.courier.wake()
        if done:  # and not where another moderator has released it meanwhile
            await bot.pictures.drop([job.id])
        await mark(interaction, report, "mark_deleted" if done else "mark_seen")
