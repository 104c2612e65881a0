"""`/paint`: a picture, from words."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.commands.places import everywhere
from bot.sizes import ASPECTS
from bot.styles.picks import Pick
from bot.wish import PROMPT, WEIGHT, Wish, understood
from protocol.limits import DEFAULT_STRENGTH, GUIDANCE_SCALE, IMAGE_BYTES, SAMPLERS, STEPS

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PICTURES = 4
_IMAGES = ("image/png", "image/jpeg", "image/webp")


@everywhere
@app_commands.command(name="paint", description=said("Paint a picture"))
@app_commands.describe(
    prompt=said("What to paint"),
    style=said("The style to paint it in"),
    weight=said("How strongly, 1 is as the style was made"),
    aspect=said("The shape, width to height"),
    negative=said("What not to paint"),
    seed=said("The same seed paints the same picture; -1 is any"),
    count=said("How many pictures"),
    steps=said("More steps are finer and slower"),
    guidance=said("How closely to follow the words"),
    sampler=said("The way from noise to the picture"),
    image=said("A picture to paint over"),
    strength=said("How far to leave that picture, up to 1"),
    spoiler=said("Hide it until it is clicked on"),
    blend_with=said("A second style, half and half"),
    private=said("Only you see it"),
)
@app_commands.choices(
    aspect=[app_commands.Choice(name=one, value=one) for one in ASPECTS],
    sampler=[app_commands.Choice(name=one, value=one) for one in SAMPLERS],
)
async def paint(
    interaction: Interaction,
    prompt: app_commands.Range[str, 1, PROMPT],
    style: str | None = None,
    weight: app_commands.Range[float, *WEIGHT] | None = None,
    aspect: str | None = None,
    negative: app_commands.Range[str, 1, PROMPT] | None = None,
    seed: app_commands.Range[int, -1, 2**53 - 1] | None = None,
    count: app_commands.Range[int, 1, PICTURES] = 1,
    steps: app_commands.Range[int, *STEPS] | None = None,
    guidance: app_commands.Range[float, *GUIDANCE_SCALE] | None = None,
    sampler: str | None = None,
    image: discord.Attachment | None = None,
    strength: app_commands.Range[float, 0.05, 1.0] | None = None,
    spoiler: bool | None = None,
    blend_with: str | None = None,
    private: bool | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    wish = Wish(
        prompt=prompt,
        style=style,
        blend_with=blend_with,
        weight=weight,
        aspect=aspect,
        negative=negative,
        seed=None if seed == -1 else seed,
        count=count,
        steps=steps,
        guidance=guidance,
        sampler=sampler,
        strength=strength if image is None or strength is not None else DEFAULT_STRENGTH,
        init_url=_checked(image),
        spoiler=spoiler,
        private=private,
    )
    likes, settings = await bot.members.of(interaction.user.id), await bot.rules.of(interaction.guild_id)
    adult = settings.adult and gate.is_nsfw(interaction)
    await bot.asking.ask(interaction, understood(wish, likes, settings, await bot.picks(interaction), adult=adult))


@paint.autocomplete("style")
@paint.autocomplete("blend_with")
async def offered_styles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """For every option that takes a style or a blend."""
    bot: StyleSealBot = interaction.client
    favourites = (await bot.choices.liked(interaction.user.id)).favourites
    found = await bot.choices.of(interaction.user.id, typed, await bot.picks(interaction, offered=True))
    return as_choices(found, favourites)


def as_choices(found: Sequence[Pick], favourites: Sequence[str] = ()) -> list[app_commands.Choice[str]]:
    return unlike((shown(one, favourite=one.name in favourites), one.name, one.name) for one in found)


def unlike(lines: Iterable[tuple[str, str, str]]) -> list[app_commands.Choice[str]]:
    """A list from how each reads, how it reads where another does so already, and its value: where two read the same,
    as with a name and a title that look like another's name, Discord shows none at all."""
    values: dict[str, str] = {}
    for line, name, value in lines:
        values.setdefault(name if line in values else line, value)
    return [app_commands.Choice(name=line, value=value) for line, value in values.items()]


def shown(style: Pick, *, favourite: bool = False) -> str:
    """As it stands in a list."""
    name = f"{style.name} - {style.title}" if style.title else style.name
    return f"{'★ ' * favourite}{name}"[:100]


def _checked(image: discord.Attachment | None) -> str:
    """Where to fetch it. Raises `Refused`."""
    if image is None:
        return ""
    if (image.content_type or "").partition(";")[0] not in _IMAGES:
        raise Refused("not_an_image")
    if image.size > IMAGE_BYTES:
        raise Refused("image_too_large", mib=IMAGE_BYTES // 2**20)
    return image.url
