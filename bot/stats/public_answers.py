"""Answers that everybody may see: whoever asked changes theirs, and others get one of their own."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord

from bot import gate
from bot.answers import Interaction
from bot.servers import rules

if TYPE_CHECKING:
    from bot.client import StyleSealBot


@asynccontextmanager
async def begun(interaction: Interaction, *, private: bool) -> AsyncIterator[int]:
    """Acknowledges a command that is answered for everybody or, where it is `private`, for whoever asked; the server it
    is about. Raises `Refused`; what goes wrong inside is told to nobody but whoever asked, as all else would be seen
    where the answer was to come."""
    bot: StyleSealBot = interaction.client
    guild_id = gate.check_server(interaction)
    await gate.check(bot, interaction)
    if not private:
        await _check_place(bot, interaction)
    await interaction.response.defer(ephemeral=private, thinking=True)
    try:
        yield guild_id
    except Exception:
        if not private:
            with contextlib.suppress(discord.HTTPException):
                await interaction.delete_original_response()
        raise


async def change(interaction: Interaction, asker: int) -> tuple[int, bool]:
    """Acknowledges a click on such an answer to `asker`; the server it is about, and whether only who clicked sees what
    comes of it. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    guild_id = gate.check_server(interaction)
    private = interaction.message is not None and interaction.message.flags.ephemeral
    if interaction.user.id != asker:
        await interaction.response.defer(ephemeral=True, thinking=True)
        return guild_id, True
    if not private:
        await _check_place(bot, interaction)
    await interaction.response.defer()
    return guild_id, private


async def _check_place(bot: "StyleSealBot", interaction: Interaction) -> None:
    gate.check_place(interaction)
    rules.check_place(interaction, await bot.rules.of(interaction.guild_id))
