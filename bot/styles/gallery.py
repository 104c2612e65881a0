"""The gallery: which of the styles that can be picked somewhere are on a page of it, in which order.

Where somebody is in it stands in the custom_ids of its buttons and lists, so it works on after a restart; the styles
are looked up anew each time, since they come and go.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from adapters.styles import Style
from bot.answers import Interaction, Refused
from bot.quoting import units
from bot.servers.rules import check_adult
from bot.styles.choices import Liked
from bot.styles.near import NEAR, Names
from bot.styles.picks import Blend, Pick, Picks

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 6
WORDS = 50
"""Units of what is searched for, so that it fits into a custom_id, which has a hundred."""
_WHOLE = 1
"""The rank (`bot.styles.near`) of what has all that was searched for."""
LOOK = r"(?P<sort>[npfa]):(?P<page>\d{1,5}):(?P<words>.{0,50})"
STYLE = r"(?P<style>[0-9a-f]{12})"


class Sort(StrEnum):
    NEW = "n"
    POPULAR = "p"
    FAVOURITES = "f"
    NAME = "a"


@dataclass(frozen=True, slots=True)
class Look:
    """Where somebody is: `page` is from 0, `words` are what they search for."""

    sort: Sort = Sort.FAVOURITES
    page: int = 0
    words: str = ""

    @classmethod
    def of(cls, match: Mapping[str, str]) -> Self:
        """From what a custom_id has."""
        return cls(Sort(match["sort"]), int(match["page"]), match["words"])

    def __str__(self) -> str:
        """As a custom_id has it."""
        return f"{self.sort}:{self.page}:{self.words}"

    def to(self, page: int) -> Self:
        return replace(self, page=page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`all` is how many there are, and `found` how many of them are looked through."""

    look: Look
    picks: Sequence[Pick]
    all: int
    found: int
    uses: Mapping[str, int]
    """Pictures of the server by name, in lower case."""

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.found / PER_PAGE))


def searched(typed: str) -> str:
    """On one line, and no longer than there is room for."""
    words = " ".join(typed.split())
    while units(words) > WORDS:
        words = words[:-1]
    return words.rstrip()


def id_of(pick: Pick) -> str:
    """Of a style or a blend, by its name: short enough for a custom_id."""
    return hashlib.sha256(pick.name.casefold().encode()).hexdigest()[:12]


async def with_id(interaction: Interaction, id: str) -> tuple[Pick, Picks]:
    """What whoever asks can look at where they are. Raises `Refused`, also for what is age-restricted elsewhere."""
    bot: StyleSealBot = interaction.client
    picks = await bot.picks(interaction)
    pick = next((one for one in there(picks) if id_of(one) == id), None)
    if pick is None:
        raise Refused("gallery_gone")
    await check_rating(interaction, pick)
    return pick, picks


async def check_rating(interaction: Interaction, pick: Pick) -> None:
    """Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    if pick.adult:
        check_adult(interaction, await bot.rules.of(interaction.guild_id))


def there(picks: Picks) -> list[Pick]:
    """Each name once: a blend hides a style of its name."""
    first: dict[str, Pick] = {}
    for one in picks:
        first.setdefault(one.name.casefold(), one)
    return list(first.values())


def titled(pick: Pick) -> bool:
    """Whether its title says more than its name."""
    return pick.title.casefold().strip() not in ("", pick.name.casefold())


async def page_of(interaction: Interaction, look: Look) -> Page:
    """The page that is asked for, or the last there is. Raises `StoreFailed`, `StorageFailed`."""
    bot: StyleSealBot = interaction.client
    picks = await bot.picks(interaction, offered=True)
    every = there(picks)
    fit = matching(every, look.words) if look.words else {one.name: _WHOLE for one in every}
    found = [one for one in every if one.name in fit]
    uses = await bot.popularity.of(interaction.guild_id, picks.catalogue)
    liked = await bot.choices.liked(interaction.user.id)
    added = {one.name: _added(bot, picks, one) for one in found} if look.sort is Sort.NEW else {}
    ordered = sorted(
        found, key=lambda one: (fit[one.name], *_place(look.sort, one, uses, liked, added), one.name.casefold())
    )
    page = min(look.page, max(0, math.ceil(len(ordered) / PER_PAGE) - 1))
    shown = ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    return Page(look=look.to(page), picks=shown, all=len(every), found=len(ordered), uses=uses)


def matching(picks: Sequence[Pick], words: str) -> dict[str, int]:
    """By the names of those that were found, how well they fit: with all of it in name, title, trigger or a tag, with
    its words in several of them, or, where nothing has that, with a name that comes near."""
    fit = {one.name: max(_WHOLE, rank) for rank, one in Names(picks).like(words)}
    fit |= {one.name: _WHOLE for one in picks if any(words.casefold() in tag.casefold() for tag in tags_of(one))}
    best = min(fit.values(), default=NEAR)
    return {name: rank for name, rank in fit.items() if rank < NEAR or best == NEAR}


def tags_of(pick: Pick) -> tuple[str, ...]:
    """Of a blend those of its styles."""
    if isinstance(pick, Blend):
        return tuple(dict.fromkeys(tag for style, _ in pick.parts for tag in style.tags))
    return pick.tags if isinstance(pick, Style) else ()


def _place(
    sort: Sort, pick: Pick, uses: Mapping[str, int], liked: Liked, added: Mapping[str, int]
) -> tuple[float | bool, ...]:
    """The lowest goes first; among equals it is by name."""
    if sort is Sort.NEW:
        return (-added[pick.name],)
    if sort is Sort.POPULAR:
        return (-uses.get(pick.name.casefold(), 0),)
    return liked.place(pick.name) if sort is Sort.FAVOURITES else ()


def _added(bot: "StyleSealBot", picks: Picks, pick: Pick) -> int:
    """In Unix seconds; 0 for what is in no library."""
    kept = bot.styles.kept(picks.catalogue, pick) if isinstance(pick, Style) else None
    return 0 if kept is None else kept.added_at
