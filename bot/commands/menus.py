"""What the menu of a message offers: how its picture was painted, and painting it again."""

import asyncio
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.base import found, may_see, once_more
from bot.buttons.info import inform
from bot.commands.places import everywhere
from bot.facts import of_cells, of_file, of_words
from bot.jobs import UPLOAD_BYTES
from protocol import a1111
from protocol.errors import InvalidRequest
from protocol.parameters import Painted, painted_in
from protocol.png import read_text
from protocol.sheet import Cell, cells_in

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FETCH_SECONDS = 30.0
_LOOKED_AT = 4
"""Pictures of one message."""
_IN_BUTTON = re.compile(r"[a-z_]+:([0-9a-f]{16})(?::.*)?")
_IN_FILE = re.compile(r"(?:SPOILER_)?([0-9a-f]{16})-\d+\.\w+")
_KINDS = ("image/png", "image/webp")


@everywhere
@app_commands.context_menu(name=said("Picture info"))
async def picture_info(interaction: Interaction, message: discord.Message) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    job_id = await job_in(bot, message)
    if job_id is not None and await bot.desk.jobs.get(job_id) is not None:
        await inform(interaction, bot, await found(interaction, job_id, may_see))
    else:
        await _inform_of_file(interaction, bot, message)


@everywhere
@app_commands.context_menu(name=said("Paint again"))
async def paint_again(interaction: Interaction, message: discord.Message) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    if (job_id := await job_in(bot, message)) is None:
        raise Refused("no_picture_here")
    await once_more(interaction, await found(interaction, job_id, may_see))


async def job_in(bot: "StyleSealBot", message: discord.Message) -> str | None:
    """The job that a message of the bot's own is about, by its buttons, or its files, or where it was sent."""
    if bot.user is None or message.author.id != bot.user.id:
        return None
    matches = [match for id in _custom_ids(message.components) if (match := _IN_BUTTON.fullmatch(id))]
    matches += [match for file in message.attachments if (match := _IN_FILE.fullmatch(file.filename))]
    ids = list(dict.fromkeys(match[1] for match in matches))
    known = [id for id in ids if await bot.desk.jobs.get(id) is not None]
    return next(iter(known or ids), None) or await bot.desk.jobs.in_message(message.id)


def _custom_ids(components: Iterable[Any]) -> list[str]:
    """Of all there are in a message, however deep."""
    ids = list[str]()
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            ids.append(custom_id)
        ids += _custom_ids(getattr(component, "children", ()))
    return ids


async def _inform_of_file(interaction: Interaction, bot: "StyleSealBot", message: discord.Message) -> None:
    """What a picture says that somebody posted, if it says anything. Raises `Refused`."""
    files = [file for file in message.attachments if _is_picture(file)][:_LOOKED_AT]
    if not files:
        raise Refused("no_picture_here")
    await interaction.response.defer(ephemeral=True, thinking=True)
    locale = await bot.locale_of(interaction)
    for file in files:
        said_in = await asyncio.to_thread(_said_in, await _fetched(file))
        if isinstance(said_in, Painted):
            await interaction.followup.send(
                embed=of_file(said_in, await bot.picks(interaction), locale), ephemeral=True
            )
            return
        if isinstance(said_in, tuple):
            embed = of_cells(said_in, await bot.picks(interaction), locale)
            await interaction.followup.send(embed=embed, ephemeral=True)
            return
        if said_in:
            await interaction.followup.send(embed=of_words(said_in, locale), ephemeral=True)
            return
    raise Refused("no_picture_here")


def _is_picture(file: discord.Attachment) -> bool:
    return (file.content_type or "").partition(";")[0] in _KINDS and file.size <= UPLOAD_BYTES


async def _fetched(file: discord.Attachment) -> bytes:
    """From Discord, which says how large it is. Raises `Refused`."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return await file.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as wrong:
        raise Refused("file_not_read") from wrong


def _said_in(picture: bytes) -> Painted | tuple[Cell, ...] | str:
    """Our own record, or the words of another program; empty where there are none."""
    try:
        return painted_in(picture)
    except InvalidRequest:
        try:
            if cells := cells_in(picture):
                return cells
            return read_text(picture).get(a1111.KEY, "").strip()
        except InvalidRequest:
            return ""
