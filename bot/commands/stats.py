"""`/stats`: what was painted in a server, as one drawn sheet."""

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.answers import Interaction
from bot.stats.counted import PERIODS
from bot.stats.public_answers import begun
from bot.stats.sheet import show

USUAL_DAYS = 30


@app_commands.guild_only()
@app_commands.command(name="stats", description=said("What was painted in this server, as a chart"))
@app_commands.describe(days=said("Which days"), private=said("Only you see it"))
@app_commands.choices(days=[app_commands.Choice(name=said(f"last {days} days"), value=days) for days in PERIODS])
async def stats(interaction: Interaction, days: int = USUAL_DAYS, private: bool = False) -> None:
    async with begun(interaction, private=private) as guild_id:
        await show(interaction, interaction.user.id, guild_id, days, private=private)
