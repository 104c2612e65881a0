"""Which styles there are to paint in, by place: those of everyone, and those of the server one is in."""

import weakref
from collections import OrderedDict
from collections.abc import Collection

from adapters.library import EVERYONE, Kept, Library, State
from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.quoting import quoted
from protocol.errors import StyleSealError

_AT_HAND = 1_000
"""Catalogues of servers."""


class Styles:
    """`fixed` are those that stay while the bot runs; those of the library come and go. In one place, a server's own
    style hides one of everyone's that has its name."""

    def __init__(self, fixed: Catalogue, library: Library) -> None:
        self._fixed = fixed
        self.library = library
        self._made: OrderedDict[tuple[int | None, bool], tuple[object, frozenset[str], Catalogue]] = OrderedDict()
        self._kept: weakref.WeakKeyDictionary[Catalogue, dict[str, Kept]] = weakref.WeakKeyDictionary()

    def of(self, guild_id: int | None, hidden: Collection[str] = (), *, adult: bool = True) -> Catalogue:
        """What can be chosen there, with or without what is age-restricted; `hidden` are names, in lower case, of
        styles of everyone that the server does not want. The same object until something changes. Raises
        `StorageFailed`."""
        there, without = self.library.everything(), frozenset(hidden)
        made = self._made.get((guild_id, adult))
        if made is None or made[0] is not there or made[1] != without:
            made = (there, without, self._catalogue(guild_id, without, adult))
            self._made[guild_id, adult] = made
        self._made.move_to_end((guild_id, adult))
        while len(self._made) > _AT_HAND:
            self._made.popitem(last=False)
        return made[2]

    def fixed(self) -> Catalogue:
        """Those that belong to the bot itself, and are in no library."""
        return self._fixed

    def kept(self, catalogue: Catalogue, style: Style) -> Kept | None:
        """What the library knows of a style of a catalogue that `of` gave; None for one that it does not have."""
        return self._kept[catalogue].get(style.name.casefold())

    def of_server(self, guild_id: int) -> list[Kept]:
        """All that belongs to a server, drafts and disabled ones among it, by name."""
        return self.library.kept(str(guild_id))

    def read(self, sha256: str) -> bytes:
        """The file of an adapter, whoever has it; whether it may be painted with was asked before. It reads a disk.
        Raises `StyleSealError`."""
        style = self._fixed.with_hash(sha256)
        if style is None:
            style = next((one.style for one in self.library.everything() if one.style.sha256 == sha256), None)
        if style is None:
            raise StyleSealError(f"The adapter {sha256[:12]} is in none of the styles here any more.")
        return style.read()

    def standing(self, sha256: str, guild_id: int | None, hidden: Collection[str], *, again: bool) -> Style:
        """The style there that has this adapter. What its server has retired can be painted once more (`again`), while
        its file is there. Raises `Refused` for what cannot be painted with there, or not any more."""
        if there := [style for style in self.of(guild_id, hidden) if style.sha256 == sha256]:
            return max(there, key=lambda style: style.adult)  # one file under two names is what the stricter rates it
        known = {one.state: one.style for one in self._known(sha256, guild_id)}
        if again and State.RETIRED in known and State.DISABLED not in known:  # it may have been added once more
            return known[State.RETIRED]
        if (name := self.name_of(sha256, guild_id)) is None:
            raise Refused("style_not_here")
        raise Refused("style_switched_off", style=quoted(name))

    def name_of(self, sha256: str, guild_id: int | None) -> str | None:
        """What is called so there, though it may be switched off or retired; None for what is not known there."""
        names = [one.style.name for one in self._known(sha256, guild_id)]
        return next(iter(names or [one.name for one in self._fixed if one.sha256 == sha256]), None)

    def _known(self, sha256: str, guild_id: int | None) -> list[Kept]:
        """Without drafts, which are their admins' alone."""
        owners = (EVERYONE,) if guild_id is None else (EVERYONE, str(guild_id))
        there = [one for one in self.library.everything() if one.owner in owners and one.state is not State.DRAFT]
        return [one for one in there if one.style.sha256 == sha256]

    def _catalogue(self, guild_id: int | None, hidden: frozenset[str], adult: bool) -> Catalogue:
        everyones = self.library.kept(EVERYONE)
        own = [] if guild_id is None else self.library.kept(str(guild_id))
        fixed = [style for style in self._fixed if style.name.casefold() not in hidden]
        shared = [one for one in everyones if one.style.name.casefold() not in hidden]
        kept = [one for one in (*shared, *own) if one.state is State.ACTIVE]
        together = Catalogue([*fixed, *(one.style for one in kept)])  # of one name, the last is there
        restricted = set() if adult else {style.sha256 for style in together if style.adult}
        catalogue = Catalogue([style for style in together if style.sha256 not in restricted])
        self._kept[catalogue] = {one.style.name.casefold(): one for one in kept}  # a server's own come last, and stay
        return catalogue
