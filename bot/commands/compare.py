"""`/compare`: one prompt and seed in several styles, side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.answers import Interaction
from bot.commands.paint import offered_styles
from bot.commands.places import everywhere
from bot.sheets.sheets import STYLES, compared
from bot.sizes import ASPECTS
from bot.styles.near import named
from bot.styles.picks import Pick
from bot.texts import text
from bot.wish import PROMPT, Wish
from protocol.limits import GUIDANCE_SCALE, SAMPLERS, STEPS

if TYPE_CHECKING:
    from bot.client import StyleSealBot


@everywhere
@app_commands.command(name="compare", description=said("Paint the same in several styles, on one sheet"))
@app_commands.describe(
    prompt=said("What to paint"),
    style1=said("A style; where none is named, your favourites or those offered first"),
    style2=said("One more style"),
    style3=said("One more style"),
    style4=said("One more style"),
    style5=said("One more style"),
    style6=said("One more style"),
    seed=said("The same seed paints the same picture; -1 is any"),
    negative=said("What not to paint"),
    aspect=said("The shape, width to height"),
    steps=said("More steps are finer and slower"),
    guidance=said("How closely to follow the words"),
    sampler=said("The way from noise to the picture"),
    spoiler=said("Hide it until it is clicked on"),
    private=said("Only you see it"),
)
@app_commands.choices(
    aspect=[app_commands.Choice(name=one, value=one) for one in ASPECTS],
    sampler=[app_commands.Choice(name=one, value=one) for one in SAMPLERS],
)
@app_commands.autocomplete(
    style1=offered_styles,
    style2=offered_styles,
    style3=offered_styles,
    style4=offered_styles,
    style5=offered_styles,
    style6=offered_styles,
)
async def compare(
    interaction: Interaction,
    prompt: app_commands.Range[str, 1, PROMPT],
    style1: str | None = None,
    style2: str | None = None,
    style3: str | None = None,
    style4: str | None = None,
    style5: str | None = None,
    style6: str | None = None,
    seed: app_commands.Range[int, -1, 2**53 - 1] | None = None,
    negative: app_commands.Range[str, 1, PROMPT] | None = None,
    aspect: str | None = None,
    steps: app_commands.Range[int, *STEPS] | None = None,
    guidance: app_commands.Range[float, *GUIDANCE_SCALE] | None = None,
    sampler: str | None = None,
    spoiler: bool | None = None,
    private: bool | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    wish = Wish(
        prompt=prompt,
        seed=None if seed == -1 else seed,
        negative=negative,
        aspect=aspect,
        steps=steps,
        guidance=guidance,
        sampler=sampler,
        spoiler=spoiler,
        private=private,
    )
    likes, settings = await bot.members.of(interaction.user.id), await bot.rules.of(interaction.guild_id)
    given = [one for one in (style1, style2, style3, style4, style5, style6) if one is not None]
    picks = await bot.picks(interaction)
    styles = [named(picks, one) for one in given] if given else await _likeliest(interaction)
    hidden = bool(likes.private if private is None else private)
    without = text(await bot.language_there(interaction, private=hidden), "sheet_without")
    await bot.asking.ask(interaction, compared(wish, likes, settings, styles, without, chosen=bool(given)))


async def _likeliest(interaction: Interaction) -> Sequence[Pick]:
    """A member's favourites where there are two at least, and else what they are offered first."""
    bot: StyleSealBot = interaction.client
    found = await bot.choices.of(interaction.user.id, "", await bot.picks(interaction, offered=True))
    stars = (await bot.choices.liked(interaction.user.id)).favourites
    favourites = [one for one in found if one.name in stars]
    return favourites if len(favourites) > 1 else found[: STYLES - 1]
