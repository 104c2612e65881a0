"""Opening a form (modal). It is not held in memory: its custom_id says what it is about, and `bot.forms` has what
becomes of it."""

import discord

from bot.answers import Interaction


async def show(interaction: Interaction, modal: discord.ui.Modal) -> None:
    """As the first answer to a click or a command."""
    modal.stop()  # discord.py keeps every one that is not stopped
    await interaction.response.send_modal(modal)
