"""`/prefs`: what a member likes, and what is kept about them. Every answer is for them alone."""

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.forget import counted, forget_view
from bot.commands.paint import offered_styles
from bot.commands.places import everywhere
from bot.preferences import NAMES, Preferences
from bot.prefs_card import card
from bot.quoting import quoted
from bot.sizes import ASPECTS
from bot.store.styles_used import MOST
from bot.styles.near import named
from bot.texts import LANGUAGES, text
from bot.wish import PROMPT, WEIGHT
from protocol import checks
from protocol.limits import GUIDANCE_SCALE, STEPS

if TYPE_CHECKING:
    from bot.client import StyleSealBot
    from bot.exporting import Export

_CLIENT = "client"
_LANGUAGES = 24
"""Shown at most, beside that of the client."""

prefs = everywhere(
    app_commands.Group(name="prefs", description=said("What you like, and what is kept about you")),
)


@prefs.command(name="show", description=said("Show what you like, and what is kept"))
async def show(interaction: Interaction) -> None:
    await _show(interaction, "")


@prefs.command(name="set", description=said("What is to be used whenever you say nothing else"))
@app_commands.describe(
    style=said("The style to paint it in"),
    weight=said("How strongly, 1 is as the style was made"),
    aspect=said("The shape, width to height"),
    steps=said("More steps are finer and slower"),
    guidance=said("How closely to follow the words"),
    negative=said("What not to paint"),
    language=said("The language I speak with you"),
    preview=said("Show the picture while it is being painted"),
    private=said("Whether only you see your pictures"),
)
@app_commands.choices(
    aspect=[app_commands.Choice(name=one, value=one) for one in ASPECTS],
    language=[
        *(app_commands.Choice(name=name, value=code) for code, name in [*LANGUAGES.items()][:_LANGUAGES]),
        app_commands.Choice(name=said("As my Discord client"), value=_CLIENT),
    ],
)
async def set_(
    interaction: Interaction,
    style: str | None = None,
    weight: app_commands.Range[float, *WEIGHT] | None = None,
    aspect: str | None = None,
    steps: app_commands.Range[int, *STEPS] | None = None,
    guidance: app_commands.Range[float, *GUIDANCE_SCALE] | None = None,
    negative: app_commands.Range[str, 1, PROMPT] | None = None,
    language: str | None = None,
    preview: bool | None = None,
    private: bool | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    given: dict[str, Any] = {
        "style": style if style is None else named(await bot.picks(interaction), style).name,
        "weight": weight,
        "aspect": aspect,
        "steps": steps,
        "guidance": guidance,
        "negative": negative if negative is None else checks.text("negative", negative, PROMPT, blank=False),
        "language": language,
        "preview": preview,
        "private": private,
    }
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        raise Refused("prefs_nothing")
    if given.get("language") == _CLIENT:
        given["language"] = None
    likes = await bot.members.of(interaction.user.id)
    await bot.members.set(interaction.user.id, replace(likes, **given))
    await _show(interaction, "prefs_saved")


@prefs.command(name="reset", description=said("Forget some of what you like, or all of it"))
@app_commands.describe(option=said("Which one; all where none is named"))
@app_commands.choices(option=[app_commands.Choice(name=name, value=name) for name in NAMES])
async def reset(interaction: Interaction, option: str | None = None) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    likes = await bot.members.of(interaction.user.id)
    empty: dict[str, Any] = dict.fromkeys([option] if option in NAMES else NAMES)
    await bot.members.set(interaction.user.id, replace(likes, **empty))
    await _show(interaction, "prefs_reset")


@prefs.command(name="favourite", description=said("Star a style, or take its star off"))
@app_commands.describe(style=said("The style"))
async def favourite(interaction: Interaction, style: str) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    liked = await bot.choices.liked(interaction.user.id)
    # One that is gone loses its star, too.
    name = style if style in liked.favourites else named(await bot.picks(interaction), style).name
    stars = name not in liked.favourites
    if stars and len(liked.favourites) >= MOST:
        raise Refused("prefs_full", count=len(liked.favourites))
    await bot.choices.star(interaction.user.id, name, stars)
    key = "prefs_starred" if stars else "prefs_unstarred"
    words = text(await bot.locale_of(interaction), key, style=quoted(name))
    await interaction.response.send_message(words, ephemeral=True)


@prefs.command(name="export", description=said("Get a copy of everything that is kept about you"))
async def export(interaction: Interaction) -> None:
    """Wherever a server blocks them, too: it is theirs."""
    bot: StyleSealBot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    made = await bot.exporting.of(interaction.user.id, interaction.filesize_limit)
    if len(made.data) > interaction.filesize_limit:
        raise Refused("prefs_export_too_large")
    files = [discord.File(io.BytesIO(made.data), made.data_name)]
    if made.archived:
        files.append(discord.File(io.BytesIO(made.archive), "pictures.zip"))
    await interaction.followup.send(_exported(made, await bot.locale_of(interaction)), files=files, ephemeral=True)


@prefs.command(name="forget", description=said("Delete everything that is kept about you"))
async def forget(interaction: Interaction) -> None:
    """Wherever a server blocks them, too. Asks first."""
    bot: StyleSealBot = interaction.client
    locale, user = await bot.locale_of(interaction), interaction.user.id
    jobs, (pictures, _) = await bot.member_data.jobs_of_member(user), await bot.member_data.room_of(user)
    words = text(locale, "prefs_ask", **counted(len(jobs), pictures, locale))
    await interaction.response.send_message(words, view=forget_view(user, locale), ephemeral=True)


set_.autocomplete("style")(offered_styles)
favourite.autocomplete("style")(offered_styles)


async def _show(interaction: Interaction, key: str) -> None:
    """In the language that holds from now on."""
    bot: StyleSealBot = interaction.client
    locale, user = await bot.locale_of(interaction), interaction.user.id
    likes: Preferences = await bot.members.of(user)
    liked = await bot.choices.liked(user)
    room = await bot.member_data.room_of(user)
    embed = card(likes, liked.favourites, await bot.picks(interaction), room, bot.pictures, locale)
    words = text(locale, key) if key else None
    await interaction.response.send_message(words, embed=embed, ephemeral=True)


def _exported(made: "Export", locale: str) -> str:
    if not made.pictures:
        return text(locale, "prefs_export")
    key = "all" if made.archived == made.pictures else "some" if made.archived else "none"
    more = text(locale, f"prefs_export_{key}", some=made.archived, count=made.pictures)
    return f"{text(locale, 'prefs_export')} {more}"
