"""A page of the gallery as a message: a card for each style, and what turns, orders and searches."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from adapters.styles import Style
from bot.answers import Interaction
from bot.beginnings import beginning
from bot.buttons.gallery import (
    GalleryAll,
    GalleryOpen,
    GalleryPage,
    GalleryRefresh,
    GallerySearch,
    GallerySort,
)
from bot.buttons.turn import Turn
from bot.quoting import quoted
from bot.styles.gallery import Look, Page, id_of, page_of, titled
from bot.styles.picks import Blend, Pick
from bot.styles.placeholder import placeholder
from bot.styles.preview_store import PROMPTS
from bot.texts import number, text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

COLOUR = 0x5865F2
_NAME, _TITLE, _PARTS, _MAKER = 90, 160, 160, 80
"""Units of what others wrote."""
_ALT = 200


async def turn_to(interaction: Interaction, look: Look) -> None:
    """Shows that page in the answer to an interaction that is acknowledged already."""
    view, files = await shown(interaction, look)
    await interaction.edit_original_response(view=view, attachments=files)


async def shown(interaction: Interaction, look: Look) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """A page, with its pictures. Raises `StoreFailed`, `StorageFailed`."""
    bot: StyleSealBot = interaction.client
    locale, page = await bot.locale_of(interaction), await page_of(interaction, look)
    likes, liked = await bot.members.of(interaction.user.id), await bot.choices.liked(interaction.user.id)
    previews = {one.name: await previews_of(bot, one, [0]) for one in reversed(page.picks)}  # the first is wanted most
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=COLOUR)
    box.add_item(discord.ui.TextDisplay(_heading(page, locale)))
    files = []
    for pick in page.picks:
        there = previews[pick.name]
        files.append(there[0] if there else await drawn(pick))
        marks = {"★": pick.name in liked.favourites, text(locale, "gallery_default"): pick.name == likes.style}
        words = _told(pick, page.uses, [mark for mark, has in marks.items() if has], locale)
        picture = discord.ui.Thumbnail[discord.ui.LayoutView](files[-1], description=alt(pick, 0 if there else None))
        if pick is not page.picks[0]:
            box.add_item(discord.ui.Separator())
        box.add_item(discord.ui.Section(words, accessory=picture))
    complete = all(previews.values())
    if not complete:
        box.add_item(discord.ui.TextDisplay(f"-# {text(locale, 'gallery_coming')}"))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(box)
    for row in _rows(page, locale, refresh=not complete):
        view.add_item(discord.ui.ActionRow(*row))
    return view, files


async def previews_of(bot: "StyleSealBot", pick: Pick, numbers: Sequence[int]) -> list[discord.File]:
    """Those that there are, of a style, or of a blend's first."""
    style = first_style(pick)
    found = {} if style is None else await bot.previews.read(style, numbers)
    return [discord.File(io.BytesIO(data), f"{id_of(pick)}-{number}.webp") for number, data in found.items()]


async def drawn(pick: Pick) -> discord.File:
    """What stands for those that are missing."""
    return discord.File(io.BytesIO(await asyncio.to_thread(placeholder, pick.name)), f"{id_of(pick)}.webp")


def first_style(pick: Pick) -> Style | None:
    """Whose previews stand for it."""
    if isinstance(pick, Blend):
        return pick.parts[0][0] if pick.parts else None
    return pick if isinstance(pick, Style) else None


def alt(pick: Pick, number: int | None) -> str:
    """What is read out for a picture; None is the one that stands for those that are missing."""
    words = pick.name if number is None else f"{pick.name}: {PROMPTS[number]}"
    return beginning(words, _ALT)


def parts_of(blend: Blend, locale: str, most: int) -> str:
    return quoted(
        " + ".join(f"{style.name} × {number(locale, round(weight, 3))}" for style, weight in blend.parts), most
    )


def _heading(page: Page, locale: str) -> str:
    if not page.all:
        return text(locale, "gallery_empty")
    words = quoted(page.look.words, 120)
    if page.look.words:
        key = "gallery_found" if page.found else "gallery_nothing"
        return f"### {text(locale, key, count=page.found, words=words)}"
    return f"### {text(locale, 'gallery_title', count=page.all)}"


def _told(pick: Pick, uses: Mapping[str, int], marks: Sequence[str], locale: str) -> str:
    """A style in a few lines: its name and title, and the facts there are."""
    title = f" · {quoted(beginning(pick.title, _TITLE), _TITLE)}" if titled(pick) else ""
    lines = [f"**{quoted(beginning(pick.name, _NAME), _NAME)}**{title}"]
    if isinstance(pick, Blend):
        lines.append(text(locale, "gallery_made_of", parts=parts_of(pick, locale, _PARTS)))
    facts = list(marks)
    if count := uses.get(pick.name.casefold(), 0):
        facts.append(text(locale, "gallery_uses", count=count))
    if isinstance(pick, Style) and pick.credit:
        facts.append(text(locale, "gallery_by", maker=quoted(beginning(pick.credit, _MAKER), _MAKER)))
    return "\n".join([*lines, f"-# {' · '.join(facts)}"] if facts else lines)


def _rows(page: Page, locale: str, *, refresh: bool) -> list[list[discord.ui.Item[Any]]]:
    rows: list[list[discord.ui.Item[Any]]] = []
    look = page.look
    if page.pages > 1:
        rows.append([GalleryPage(look, turn, page.pages) for turn in Turn])
    if page.picks:
        rows.append([GalleryOpen(look, locale, page.picks)])
    if page.found > 1:
        rows.append([GallerySort(look, locale)])
    last: list[discord.ui.Item[Any]] = []
    if page.all > 1:
        last.append(GallerySearch(look, locale))
    if look.words:
        last.append(GalleryAll(look, locale))
    if refresh:
        last.append(GalleryRefresh(look, locale))
    return [*rows, last] if last else rows
