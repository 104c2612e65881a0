"""`/paint`: a picture, from words."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.buttons import Interaction, say
from bot.desk import TooMany
from bot.texts import locale_of, text
from protocol.errors import StyleSealError
from protocol.limits import STEPS
from protocol.paint import PaintRequest

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PICTURES = 4
PROMPT = 2_000
WEIGHT = (0.0, 2.0)


@app_commands.command(name="paint", description=said("Paint a picture"))
@app_commands.describe(
    prompt=said("What to paint"),
    style=said("The style to paint it in"),
    weight=said("How strongly, 1 is as the style was made"),
    negative=said("What not to paint"),
    seed=said("The same seed paints the same picture"),
    count=said("How many pictures"),
    steps=said("More steps are finer and slower"),
)
async def paint(
    interaction: Interaction,
    prompt: app_commands.Range[str, 1, PROMPT],
    style: str | None = None,
    weight: app_commands.Range[float, *WEIGHT] | None = None,
    negative: app_commands.Range[str, 1, PROMPT] | None = None,
    seed: app_commands.Range[int, 0, 2**53 - 1] | None = None,
    count: app_commands.Range[int, 1, PICTURES] = 1,
    steps: app_commands.Range[int, *STEPS] | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    locale = locale_of(str(interaction.locale))
    try:
        chosen = None if style is None else bot.catalogue.named(style)
        asked = PaintRequest(
            prompt=prompt,
            negative_prompt=negative,
            adapters=() if chosen is None else (chosen.use(weight),),
            seed=seed,
            count=count,
            steps=steps,
        )
        request = asked if seed is not None else bot.with_new_seed(asked)
        await bot.ask(interaction, request, "" if chosen is None else chosen.name)
    except TooMany as many:
        await say(interaction, text(locale, "too_many", count=many.count))
    except StyleSealError as wrong:
        await say(interaction, wrong.sentence)


@paint.autocomplete("style")
async def _styles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    bot: StyleSealBot = interaction.client
    found = bot.choices.of(interaction.user.id, typed)
    return [app_commands.Choice(name=f"{s.name} - {s.title}"[:100] if s.title else s.name, value=s.name) for s in found]
