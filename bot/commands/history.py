"""`/history`: one's own pictures, page by page."""

from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction
from bot.commands.places import everywhere
from bot.pages import turn_to


@everywhere
@app_commands.command(name="history", description=said("Your pictures"))
async def history(interaction: Interaction) -> None:
    await gate.check(interaction.client, interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await turn_to(interaction, 0)
