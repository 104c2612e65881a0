"""`/sweep`: one style in several weights, side by side."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.answers import Interaction
from bot.commands.paint import offered_styles
from bot.commands.places import everywhere
from bot.sheets.sheets import WEIGHTS, swept
from bot.sizes import ASPECTS
from bot.styles.near import named
from bot.wish import PROMPT, WEIGHT, Wish
from protocol.limits import GUIDANCE_SCALE, SAMPLERS, STEPS

if TYPE_CHECKING:
    from bot.client import StyleSealBot


@everywhere
@app_commands.command(name="sweep", description=said("Paint one style in several weights, on one sheet"))
@app_commands.describe(
    style=said("The style to try"),
    prompt=said("What to paint"),
    low=said("The lowest weight; where nothing is said, as its maker recommends"),
    high=said("The highest weight; where nothing is said, as its maker recommends"),
    count=said("How many weights"),
    seed=said("The same seed paints the same picture; -1 is any"),
    negative=said("What not to paint"),
    aspect=said("The shape, width to height"),
    steps=said("More steps are finer and slower"),
    guidance=said("How closely to follow the words"),
    sampler=said("The way from noise to the picture"),
    spoiler=said("Hide it until it is clicked on"),
    private=said("Only you see it"),
)
@app_commands.rename(low="from", high="to")
@app_commands.choices(
    aspect=[app_commands.Choice(name=one, value=one) for one in ASPECTS],
    sampler=[app_commands.Choice(name=one, value=one) for one in SAMPLERS],
)
@app_commands.autocomplete(style=offered_styles)
async def sweep(
    interaction: Interaction,
    style: str,
    prompt: app_commands.Range[str, 1, PROMPT],
    low: app_commands.Range[float, *WEIGHT] | None = None,
    high: app_commands.Range[float, *WEIGHT] | None = None,
    count: app_commands.Range[int, *WEIGHTS] | None = None,
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
    pick = named(await bot.picks(interaction), style)
    hidden = bool(likes.private if private is None else private)
    locale = await bot.language_there(interaction, private=hidden)
    await bot.asking.ask(interaction, swept(wish, likes, settings, pick, (low, high), count, locale))
