"""Showing a job's pictures once more, to whoever asked and nobody else: their own, or what they see anyway."""

import asyncio
import io
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons import result_view
from bot.buttons.base import JOB
from bot.buttons.result import Again, Delete
from bot.delivery import REQUEST_BYTES
from bot.jobs import Job, State
from bot.pages import line
from bot.result import caption
from bot.seeing import may_view
from bot.shrink import fitted
from bot.store.pictures import PictureMissing
from protocol.events import Completed

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_BESIDE_FILES = 64 * 2**10


async def show(interaction: Interaction, job_id: str) -> None:
    """Raises `Refused`: whether there is such a job is told to nobody who may not see it."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    job = await _allowed(bot, interaction, job_id.strip())
    locale = await bot.locale_of(interaction)
    job = replace(job, place=replace(job.place, locale=locale))
    try:
        kept = [await bot.pictures.read(job.id, one.number) for one in job.pictures]
    except PictureMissing:
        kept = []
    if kept:
        await _answer(interaction, job, kept)
        return
    view = discord.ui.View(timeout=None)
    view.add_item(Again(job.id, locale))
    embed = discord.Embed(description=line(locale, job, why="kept_no_more"))
    await interaction.edit_original_response(embed=embed, view=view)


async def _allowed(bot: "StyleSealBot", interaction: Interaction, job_id: str) -> Job:
    job = await bot.desk.jobs.get(job_id) if re.fullmatch(JOB, job_id) else None
    if job is None or job.state is State.DELETED:
        raise Refused("not_to_see")
    if interaction.user.id == job.user_id:
        if job.state not in (State.PAINTED, State.DONE):
            raise Refused("not_painted")
        gate.check_rating(job, interaction)
        return job
    fits = gate.is_nsfw(interaction) or not job.place.nsfw
    if not fits or not may_view(interaction, job) or not await _stands(bot, job):
        raise Refused("not_to_see")
    return job


async def _stands(bot: "StyleSealBot", job: Job) -> bool:
    """Whether its message is still there: one that a moderator took away is not for others any more, and one where
    the bot was only brought along cannot be looked for."""
    if job.place.message_id is None or not job.place.by_bot:
        return False
    channel = bot.get_partial_messageable(job.place.channel_id)
    try:
        message = await channel.fetch_message(job.place.message_id)
    except (discord.NotFound, discord.Forbidden):
        return False
    return bool(message.attachments)


async def _answer(interaction: Interaction, job: Job, kept: Sequence[bytes]) -> None:
    """As the message of the job has it, made to fit here."""
    each, together = min(interaction.filesize_limit, REQUEST_BYTES), REQUEST_BYTES - _BESIDE_FILES
    small = await asyncio.to_thread(fitted, kept, each, together)
    files = [
        discord.File(
            io.BytesIO(one.data),
            f"{job.id}-{picture.number}.{one.extension}",
            spoiler=job.spoiler,
            description=" ".join(picture.prompt_used.split())[:1_000],
        )
        for picture, one in zip(job.pictures, small, strict=True)
    ]
    await interaction.followup.send(
        caption(job, completed_of(job, kept)),
        files=files,
        view=_buttons(interaction, job),
        ephemeral=True,
        suppress_embeds=True,
    )


def completed_of(job: Job, kept: Sequence[bytes]) -> list[Completed]:
    """As the engine told of them."""
    return [
        Completed(
            png=png,
            index=one.number - 1,
            seed=one.seed,
            prompt_used=one.prompt_used,
            cut=one.cut,
            lane="kept",
            seconds=0.0,
            created_at=int(time.time()),
        )
        for one, png in zip(job.pictures, kept, strict=True)
    ]


def _buttons(interaction: Interaction, job: Job) -> discord.ui.View:
    """Those of the result; taking it away is for its owner here, and for moderators where it stands."""
    view = result_view(job)
    if interaction.user.id != job.user_id:
        for item in [one for one in view.children if isinstance(one, Delete)]:
            view.remove_item(item)
    return view
