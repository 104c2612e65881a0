"""Answers that everybody may see: whoever asked changes theirs, and others get one of their own."""

from typing import TYPE_CHECKING

from bot import gate
from bot.answers import Interaction
from bot.servers import rules

if TYPE_CHECKING:
    from bot.client import StyleSealBot


async def begin(interaction: Interaction, *, private: bool) -> int:
    """Acknowledges a command that is answered for everybody or, where it is `private`, for whoever asked; the server it
    is about. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    guild_id = gate.check_server(interaction)
    await gate.check(bot, interaction)
    if not private:
        await _check_place(bot, interaction)
    await interaction.response.defer(ephemeral=private, thinking=True)
    return guild_id


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
