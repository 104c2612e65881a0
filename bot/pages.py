"""A page of somebody's own pictures: a line of facts for each, and small copies of those that may be shown there."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction
from bot.beginnings import beginning
from bot.buttons.pages import HistoryPage, HistoryPick
from bot.buttons.turn import Turn
from bot.jobs import Job
from bot.quoting import quoted
from bot.store.pictures import PictureMissing
from bot.texts import text
from bot.thumbnails import thumbnail
from protocol.errors import InvalidRequest

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 4
_PROMPT, _STYLE, _DESCRIPTION = 150, 60, 300
"""Characters of what members wrote."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One picture or several of one job, as `number` of the page; without data it is words only, `why` says why."""

    number: int
    job: Job
    data: bytes = b""
    why: str = ""


async def turn_to(interaction: Interaction, page: int) -> None:
    """Shows that page (from 0), or the last there is, in the answer to an interaction that is acknowledged already."""
    bot: StyleSealBot = interaction.client
    locale, user = await bot.locale_of(interaction), interaction.user.id
    count = await bot.desk.jobs.count_of_member(user)
    if not count:
        await interaction.edit_original_response(
            content=text(locale, "no_history"), embed=None, attachments=[], view=None
        )
        return
    pages = -(-count // PER_PAGE)
    page = min(page, pages - 1)
    jobs = await bot.desk.jobs.of_member(user, PER_PAGE, page * PER_PAGE)
    adults = gate.is_nsfw(interaction)
    shown = await asyncio.gather(*(_shown(bot, number, job, adults) for number, job in enumerate(jobs, 1)))
    embed = discord.Embed(
        title=text(locale, "history_title", count=count),
        description="\n\n".join(line(locale, one.job, one.number, one.why) for one in shown),
    )
    await interaction.edit_original_response(
        content=None,
        embed=embed,
        attachments=[_file(one) for one in shown if one.data],
        view=_view(locale, user, page, pages, jobs),
    )


def line(locale: str, job: Job, number: int | None = None, why: str = "") -> str:
    """What is known of a job's pictures; `why` is the key of why they are not to be seen."""
    request, place = job.request, job.place
    seed = job.pictures[0].seed if job.pictures else request.seed
    facts = [] if number is None else [f"**{number}**"]
    facts += [quoted(beginning(job.style, _STYLE))] if job.style else []
    facts += [] if seed is None else [text(locale, "seed", seed=seed)]
    facts += [] if request.width is None or request.height is None else [f"{request.width}x{request.height}"]
    facts += [text(locale, "several", count=len(job.pictures))] if len(job.pictures) > 1 else []
    facts += [text(locale, "sheet_of", count=len(job.variants))] if job.variants else []
    facts += [f"<t:{int(job.created_at)}:R>"]
    if place.private:  # what only its member saw has no address that lasts
        facts.append(text(locale, "private_mark"))
    elif place.message_id is not None:
        facts.append(f"[{text(locale, 'to_message')}]({address(job)})")
    lines = [" · ".join(facts), quoted(beginning(request.prompt, _PROMPT))]
    return "\n".join([*lines, f"*{text(locale, why)}*"] if why else lines)


def address(job: Job) -> str:
    """Of its message."""
    place = job.place
    return f"https://discord.com/channels/{place.guild_id or '@me'}/{place.channel_id}/{place.message_id}"


async def _shown(bot: "StyleSealBot", number: int, job: Job, adults: bool) -> _Shown:
    if job.place.nsfw and not adults:
        return _Shown(number, job, why="adults_only")
    try:
        pictures = [await bot.pictures.read(job.id, one.number) for one in job.pictures]
        data = await asyncio.to_thread(thumbnail, pictures, number) if pictures else b""
    except (PictureMissing, InvalidRequest):
        data = b""
    return _Shown(number, job, data, "" if data else "kept_no_more")


def _file(shown: _Shown) -> discord.File:
    words = f"{shown.number}: {beginning(shown.job.request.prompt, _DESCRIPTION)}"
    name = f"{shown.number}-{shown.job.id}.webp"
    return discord.File(io.BytesIO(shown.data), name, spoiler=shown.job.spoiler, description=words)


def _view(locale: str, user: int, page: int, pages: int, jobs: Sequence[Job]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    if pages > 1:
        for turn in Turn:
            view.add_item(HistoryPage(user, page, turn, pages))
    view.add_item(HistoryPick(user, locale, jobs))
    return view
