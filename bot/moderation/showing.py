"""Showing a report to one moderator, with its picture, and what can be done about it."""

import asyncio
import io
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction
from bot.buttons.moderation import answers
from bot.delivery import REQUEST_BYTES
from bot.jobs import Job
from bot.moderation import reports
from bot.shrink import fitted
from bot.store.pictures import PictureMissing
from bot.store.reports import Report

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_BESIDE_FILES = 64 * 2**10


async def look(interaction: Interaction, report: Report, job: Job) -> None:
    """As the log channel would be told, to nobody else."""
    bot: StyleSealBot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    shown = gate.is_nsfw(interaction) or not job.place.nsfw
    locale = await bot.locale_of(interaction)
    form = reports.told(report, job, locale, shown=shown)
    try:
        kept = [await bot.pictures.read(job.id, one.number) for one in job.pictures] if shown else []
    except PictureMissing:
        kept = []
    each, together = min(interaction.filesize_limit, REQUEST_BYTES), REQUEST_BYTES - _BESIDE_FILES
    small = await asyncio.to_thread(fitted, kept, each, together) if kept else []
    files = [
        discord.File(io.BytesIO(one.data), f"{job.id}-{number}.{one.extension}", spoiler=True)
        for number, one in enumerate(small, 1)
    ]
    view = answers(report, locale)
    await interaction.followup.send(form.content, files=files, view=view, ephemeral=True, suppress_embeds=True)
