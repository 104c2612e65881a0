"""`/queue`: what the engine is doing, and one's own place in line."""

from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction
from bot.commands.places import everywhere
from bot.line import looked_at


@everywhere
@app_commands.command(name="queue", description=said("What is waiting, and your own pictures in line"))
async def queue(interaction: Interaction) -> None:
    await gate.check(interaction.client, interaction)
    embed, view = await looked_at(interaction)
    await interaction.response.send_message(embed=embed, view=view, ephemeral=True)
