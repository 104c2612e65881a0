"""Which styles are offered while a member types: from memory, at most 25, the likeliest first."""

import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from adapters.styles import Catalogue
from bot.store.database import StoreFailed
from bot.store.styles_used import StylesUsed
from bot.styles.near import NEAR, Names
from bot.styles.picks import Pick, Picks

log = logging.getLogger(__name__)
MOST = 25
_AT_HAND = 10_000
BETWEEN = " + "
"""Of the names of a blend's styles."""


@dataclass(slots=True)
class Liked:
    """By a member: names of styles; of the recent ones the last used is first."""

    recent: list[str] = field(default_factory=list)
    favourites: list[str] = field(default_factory=list)

    def place(self, style: str) -> tuple[bool, int]:
        """Among styles that match equally well; the lowest goes first."""
        used = self.recent.index(style) if style in self.recent else len(self.recent)
        return style not in self.favourites, used


class Choices:
    """What each member likes is read once and then kept at hand; what changes is written at once."""

    def __init__(self, store: StylesUsed) -> None:
        self._store = store
        self._liked: OrderedDict[int, Liked] = OrderedDict()
        self._names: WeakKeyDictionary[Catalogue, Names] = WeakKeyDictionary()

    async def used(self, user_id: int, styles: str, picks: Picks) -> None:
        """Of one or, in a blend, of several. A database that cannot be written costs the order of a list, no more."""
        liked = await self._read(user_id)
        for style in _known(styles, picks):
            liked.recent = [style, *(one for one in liked.recent if one != style)][:MOST]
            try:
                await self._store.used(user_id, style, time.time())
            except StoreFailed as wrong:
                log.warning("that a style was used is not kept: %s", wrong.sentence)

    async def liked(self, user_id: int) -> Liked:
        return await self._read(user_id)

    async def star(self, user_id: int, style: str, favourite: bool) -> None:
        """Makes it a favourite, or none any more. Raises `StoreFailed`."""
        await self._store.star(user_id, style, favourite)
        liked = await self._read(user_id)
        others = [one for one in liked.favourites if one != style]
        liked.favourites = [*others, style] if favourite else others

    def forget(self, user_id: int) -> None:
        """As somebody of whom nothing is kept."""
        self._liked.pop(user_id, None)

    async def of(self, user_id: int, typed: str, picks: Picks) -> Sequence[Pick]:
        """What is typed may be part of a name, title or trigger, some words of these
        or, where nothing has it, near one. Of those that match equally well, favourites go first, then those used
        lately."""
        liked = await self._read(user_id)
        found = self._matching(picks, typed)
        found.sort(key=lambda pair: (pair[0], liked.place(pair[1].name)))
        return [style for _, style in found[:MOST]]

    def _matching(self, picks: Picks, typed: str) -> list[tuple[int, Pick]]:
        """With their ranks. A blend hides a style of its name."""
        names = self._names.get(picks.catalogue)
        if names is None:
            names = self._names[picks.catalogue] = Names(tuple(picks.catalogue))
        if not picks.blends:
            return names.like(typed)
        hidden = {blend.name.casefold() for blend in picks.blends}
        found = [pair for pair in names.like(typed) if pair[1].name.casefold() not in hidden]
        found = Names(picks.blends).like(typed) + found
        nearest = min((rank for rank, _ in found), default=0)
        return [pair for pair in found if pair[0] < NEAR or nearest == NEAR]

    async def _read(self, user_id: int) -> Liked:
        if user_id not in self._liked:
            try:
                rows = await self._store.of(user_id)
            except StoreFailed as wrong:
                log.warning("which styles a member likes could not be read: %s", wrong.sentence)
                return Liked()
            if user_id not in self._liked:  # otherwise somebody else read it meanwhile, and it may have changed since
                recent = [row.style for row in rows if row.at][:MOST]
                self._liked[user_id] = Liked(recent, [row.style for row in rows if row.favourite])
        while len(self._liked) > _AT_HAND:
            self._liked.popitem(last=False)
        self._liked.move_to_end(user_id)
        return self._liked[user_id]


def _known(styles: str, picks: Picks) -> list[str]:
    names = {one.name for one in picks}
    parts = [styles] if styles in names else styles.split(BETWEEN)
    return [part for part in parts if part in names]
