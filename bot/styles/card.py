"""A style's card: its previews, all that is worth knowing before painting in it, and what can be done with it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import discord

from adapters.library import EVERYONE
from adapters.styles import Style
from bot.answers import Interaction
from bot.beginnings import beginning
from bot.buttons.style_card import Act, CardButton
from bot.quoting import quoted
from bot.styles.gallery import Look, tags_of, titled, with_id
from bot.styles.gallery_page import COLOUR, alt, drawn, parts_of, previews_of
from bot.styles.picks import Blend, Pick, Picks
from bot.styles.preview_store import PROMPTS
from bot.texts import number, text
from protocol.answers import BaseCard

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_NUMBER = re.compile(r"-(\d)\.webp$")
_WORDS = 300
"""Units of each thing that others wrote."""


async def show_card(interaction: Interaction, id: str, look: Look) -> None:
    """In the answer to an interaction that is acknowledged already. Raises `Refused`."""
    view, files = await card_of(interaction, id, look)
    await interaction.edit_original_response(view=view, attachments=files)


async def card_of(interaction: Interaction, id: str, look: Look) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """`id` is of the style (`bot.styles.gallery.id_of`), and `look` is where it was come from. Raises `Refused`,
    `StoreFailed`, `StorageFailed`."""
    bot: StyleSealBot = interaction.client
    pick, picks = await with_id(interaction, id)
    locale, user = await bot.locale_of(interaction), interaction.user.id
    starred = pick.name in (await bot.choices.liked(user)).favourites
    usual = (await bot.members.of(user)).style == pick.name
    uses = await bot.popularity.of(interaction.guild_id, picks.catalogue)
    files = await previews_of(bot, pick, range(len(PROMPTS)))
    complete = len(files) == len(PROMPTS)
    lines = list(_facts(bot, picks, pick, locale))
    if interaction.guild_id is not None:
        painted = uses.get(pick.name.casefold(), 0)
        lines.append(text(locale, "card_uses", count=painted) if painted else text(locale, "card_unused"))
    if not complete:
        lines.append(f"-# {text(locale, 'card_coming')}")
    files = files or [await drawn(pick)]
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=COLOUR)
    box.add_item(discord.ui.TextDisplay(_heading(pick, starred=starred)))
    box.add_item(_gallery(pick, files))
    box.add_item(discord.ui.TextDisplay("\n".join(lines)))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(box)
    first = (Act.TRY, Act.UNSTAR if starred else Act.STAR, Act.UNSET if usual else Act.SET)
    for acts in (first, (Act.BACK,) if complete else (Act.REFRESH, Act.BACK)):
        view.add_item(discord.ui.ActionRow(*(CardButton(act, id, look, locale) for act in acts)))
    return view, files


def _gallery(pick: Pick, files: list[discord.File]) -> discord.ui.MediaGallery[discord.ui.LayoutView]:
    gallery = discord.ui.MediaGallery[discord.ui.LayoutView]()
    for file in files:
        number = _NUMBER.search(file.filename)
        gallery.add_item(media=file, description=alt(pick, None if number is None else int(number[1])))
    return gallery


def _heading(pick: Pick, *, starred: bool) -> str:
    name = quoted(beginning(pick.name, _WORDS), _WORDS)
    title = f"\n{quoted(beginning(pick.title, _WORDS), _WORDS)}" if titled(pick) else ""
    return f"## {'★ ' if starred else ''}{name}{title}"


def _facts(bot: "StyleSealBot", picks: Picks, pick: Pick, locale: str) -> Iterator[str]:
    """A line for each."""
    if isinstance(pick, Blend):
        yield text(locale, "card_parts", parts=parts_of(pick, locale, _WORDS))
    if pick.trigger:
        yield text(locale, "card_trigger", trigger=_said(pick.trigger))
    low, high = pick.weight_range
    numbers = {"weight": pick.weight, "low": low, "high": high}
    yield text(locale, "card_weight", **{name: number(locale, one) for name, one in numbers.items()})
    if isinstance(pick, Style):
        if pick.credit:
            yield text(locale, "card_maker", maker=_said(pick.credit))
        if pick.licence:
            yield text(locale, "card_licence", licence=_said(pick.licence))
    if tags := tags_of(pick):
        yield text(locale, "card_tags", tags=_said(", ".join(tags)))
    if isinstance(pick, Style) and pick.family:
        base = bot.engine.card()
        key = "card_family" if base is None or pick.family in _families(base) else "card_other_family"
        yield text(locale, key, family=_said(pick.family))
    if pick.adult:
        yield text(locale, "card_adult")
    yield _origin(bot, picks, pick, locale)


def _families(base: BaseCard) -> set[str]:
    """What adapters for a base are told to be for: an engine says `sd` of several families, an adapter's file tells
    them apart."""
    told_apart = {"sd1", "sd2"} if base.family == "sd" and base.name != "pocket" else set()
    return {base.name, base.family} | told_apart


def _origin(bot: "StyleSealBot", picks: Picks, pick: Pick, locale: str) -> str:
    if isinstance(pick, Blend):
        return text(locale, "card_shared" if pick.shared else "card_own")
    kept = bot.styles.kept(picks.catalogue, pick) if isinstance(pick, Style) else None
    if kept is None:
        return text(locale, "card_built_in")
    key = "card_added_all" if kept.owner == EVERYONE else "card_added_server"
    return text(locale, key, when=f"<t:{kept.added_at}:R>")


def _said(words: str) -> str:
    return quoted(beginning(words, _WORDS), _WORDS)
