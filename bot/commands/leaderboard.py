"""`/leaderboard`: who painted the most in a server, and in which styles."""

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.answers import Interaction
from bot.buttons.boards import ALL, KINDS, Board
from bot.commands.stats import USUAL_DAYS
from bot.stats.boards import show
from bot.stats.counted import PERIODS
from bot.stats.public_answers import begun

_PERIODS = [
    *(app_commands.Choice(name=said(f"last {days} days"), value=days) for days in PERIODS),
    app_commands.Choice(name=said("all time"), value=ALL),
]


@app_commands.guild_only()
@app_commands.command(name="leaderboard", description=said("Who painted the most in this server, and in which styles"))
@app_commands.describe(of=said("Who or what is counted"), days=said("Which days"), private=said("Only you see it"))
@app_commands.choices(days=_PERIODS)
@app_commands.choices(of=[app_commands.Choice(name=said(f"by {kind.removesuffix('s')}"), value=kind) for kind in KINDS])
async def leaderboard(
    interaction: Interaction, of: str = KINDS[0], days: int = USUAL_DAYS, private: bool = False
) -> None:
    async with begun(interaction, private=private) as guild_id:
        await show(interaction, interaction.user.id, guild_id, Board(of, days), private=private)
