"""`/styles`: the gallery of what can be painted in there, and the card of one style."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction
from bot.commands.paint import offered_styles
from bot.commands.places import everywhere
from bot.styles.card import card_of
from bot.styles.gallery import Look, check_rating, id_of
from bot.styles.gallery_page import shown
from bot.styles.near import named

if TYPE_CHECKING:
    from bot.client import StyleSealBot


@everywhere
@app_commands.command(name="styles", description=said("Look through the styles here"))
@app_commands.describe(style=said("The style to look at; all of them where none is named"))
@app_commands.autocomplete(style=offered_styles)
async def styles(interaction: Interaction, style: str | None = None) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    if style is None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        view, files = await shown(interaction, Look())
    else:
        picks = await bot.picks(interaction)
        pick = named(picks, style)
        await check_rating(interaction, pick)
        await interaction.response.defer(ephemeral=True, thinking=True)
        view, files = await card_of(interaction, id_of(pick), Look())
    await interaction.followup.send(view=view, files=files, ephemeral=True)
