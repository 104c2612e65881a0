"""`/settings`: what a server sets, for whoever may manage it. Every answer is for them alone."""

import io
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.settings_import import ask
from bot.servers.file import FILE_NAME, LARGEST, written
from bot.servers.panel import shown
from bot.servers.panel_log import page_of
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

settings = app_commands.Group(name="settings", description=said("The settings of this server"), guild_only=True)


@settings.command(name="show", description=said("Show and change all settings"))
async def show(interaction: Interaction) -> None:
    await _check(interaction)
    await interaction.response.send_message(view=await shown(interaction), ephemeral=True)


@settings.command(name="export", description=said("Get all settings as a file"))
async def export(interaction: Interaction) -> None:
    bot: StyleSealBot = interaction.client
    guild_id = await _check(interaction)
    data = written(await bot.rules.of(guild_id), guild_id)
    words = text(await bot.locale_of(interaction), "settings_exported")
    file = discord.File(io.BytesIO(data), FILE_NAME)
    await interaction.response.send_message(words, file=file, ephemeral=True)


@settings.command(name="import", description=said("Take settings out of a file, after asking"))
@app_commands.describe(file=said("A file that export gave"))
async def import_(interaction: Interaction, file: discord.Attachment) -> None:
    await _check(interaction)
    if file.size > LARGEST:
        raise Refused("settings_file_large", kib=LARGEST // 2**10)
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        data = await file.read()
    except (discord.HTTPException, OSError):
        raise Refused("settings_file_away") from None
    await ask(interaction, data)


@settings.command(name="log", description=said("Who changed what, and when"))
async def log(interaction: Interaction) -> None:
    bot: StyleSealBot = interaction.client
    guild_id = await _check(interaction)
    embed, view = await page_of(bot, guild_id, 0, await bot.locale_of(interaction))
    more: dict[str, Any] = {} if view is None else {"view": view}
    await interaction.response.send_message(embed=embed, ephemeral=True, **more)


async def _check(interaction: Interaction) -> int:
    """The server. Raises `Refused`."""
    await gate.check(interaction.client, interaction)
    return gate.check_admin(interaction)
