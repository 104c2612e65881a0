"""The menu of a message: telling the moderators of a picture."""

import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused, say
from bot.buttons.base import JOB, may_see
from bot.commands.menus import job_in
from bot.jobs import Job, State
from bot.modal import show
from bot.moderation import reports
from bot.pages import address
from bot.servers.trail import entry_of
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(rf"report:{JOB}")
MOST = 10
"""Reports of one member within an hour."""
_HOUR = 3_600.0


@app_commands.guild_only()
@app_commands.context_menu(name=said("Report"))
async def report(interaction: Interaction, message: discord.Message) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    if (job_id := await job_in(bot, message)) is None:
        raise Refused("no_picture_here")
    await _reportable(bot, interaction, job_id)
    await show(interaction, form_of(job_id, await bot.locale_of(interaction)))


def form_of(job_id: str, locale: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(title=text(locale, "report_title"), custom_id=f"report:{job_id}")
    field = discord.ui.TextInput[discord.ui.View](
        custom_id="why", style=discord.TextStyle.paragraph, required=False, max_length=reports.WHY
    )
    hint = text(locale, "report_why_hint")
    modal.add_item(discord.ui.Label(text=text(locale, "report_why"), description=hint, component=field))
    return modal


async def reported(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent: the moderators are told, if the server has said where."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    job = await _reportable(bot, interaction, match["job"])
    assert interaction.guild_id is not None, "it was found in a server"
    locale, settings = await bot.locale_of(interaction), await bot.rules.of(interaction.guild_id)
    now, why = time.time(), filled.get("why", "").strip()[: reports.WHY]
    made = Report(guild_id=interaction.guild_id, job_id=job.id, user_id=interaction.user.id, at=now, why=why)
    letter = None
    if (channel_id := settings.log_channel) is not None:
        log_locale = settings.language or bot.locale_of_server(interaction.guild_id)
        letter = reports.letter(made, job, channel_id, log_locale, shown=reports.fits(bot, channel_id, job))
    entry = entry_of(interaction.guild_id, interaction.user.id, "report_made", job.user_id, {"message": address(job)})
    if not await bot.reports.add(made, MOST, now - _HOUR, entry, letter):
        raise Refused("report_twice")
    bot.courier.wake()
    await say(interaction, text(locale, "report_told" if letter is not None else "report_kept"))


async def _reportable(bot: "StyleSealBot", interaction: Interaction, job_id: str) -> Job:
    """A picture of somebody else's that this member sees where they are. Raises `Refused`; one that they cannot see is
    as one that is not there."""
    guild_id = gate.check_server(interaction)
    job = await bot.desk.jobs.get(job_id)
    if job is None or job.place.guild_id != guild_id or job.place.private or not may_see(interaction, job):
        raise Refused("gone")
    if job.user_id == interaction.user.id:
        raise Refused("report_own")
    if job.state not in (State.PAINTED, State.DONE):
        raise Refused("gone")
    if await bot.reports.has(job.id, interaction.user.id):
        raise Refused("report_twice")
    if await bot.reports.count_since(interaction.user.id, time.time() - _HOUR) >= MOST:
        raise Refused("report_flood")
    return job
