"""Members' blends: which there are for somebody in one place, from memory, and what becomes of them."""

import time
import weakref
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.blends.making import folded
from bot.jobs import new_id
from bot.quoting import quoted
from bot.servers.blocked_words import first_blocked
from bot.servers.settings import ServerSettings
from bot.store.blends import BlendStore, KeptBlend, Part
from bot.styles.by_place import Styles
from bot.styles.picks import Blend, Broken

OF_MEMBER, OF_SERVER = 25, 100
"""Blends that a member may have, and that may be shared with a server."""
_AT_HAND = 10_000


class Blends:
    """What a member has, and what is shared with a server, is read once and then kept at hand; a change is written at
    once. Each call that reads or writes raises `StoreFailed`."""

    def __init__(self, store: BlendStore, styles: Styles) -> None:
        self._store = store
        self._styles = styles
        self._of_members: OrderedDict[int, tuple[KeptBlend, ...]] = OrderedDict()
        self._of_servers: OrderedDict[int, tuple[KeptBlend, ...]] = OrderedDict()
        self._changes = 0
        self._made: weakref.WeakKeyDictionary[Catalogue, dict[tuple[KeptBlend, bool], Blend | Broken]] = (
            weakref.WeakKeyDictionary()
        )
        self._by_hash: weakref.WeakKeyDictionary[Catalogue, dict[str, Style]] = weakref.WeakKeyDictionary()
        self._names: weakref.WeakKeyDictionary[Catalogue, frozenset[str]] = weakref.WeakKeyDictionary()

    async def of_member(self, user_id: int) -> tuple[KeptBlend, ...]:
        """By name."""
        return await self._kept(self._of_members, user_id, self._store.of_member)

    async def shared_in(self, guild_id: int | None) -> tuple[KeptBlend, ...]:
        """By name; whose they are does not matter."""
        return () if guild_id is None else await self._kept(self._of_servers, guild_id, self._store.shared_in)

    async def servers_of(self, blend: KeptBlend) -> list[int]:
        """Those that it is shared with."""
        return await self._store.servers_of(blend.id)

    async def others_in(self, user_id: int, guild_id: int | None, settings: ServerSettings) -> list[KeptBlend]:
        """What others share there, without those whose words the server has come to block."""
        shared = [one for one in await self.shared_in(guild_id) if one.user_id != user_id]
        return [one for one in shared if not _is_blocked(f"{one.name}\n{one.title}", settings.blocked_words)]

    async def there(
        self, user_id: int, guild_id: int | None, catalogue: Catalogue, settings: ServerSettings
    ) -> tuple[list[Blend], list[Broken]]:
        """Those that somebody can pick in a place with these styles, and those that would be there but for a style
        that is not. What others share does not stand before a style of its name."""
        own, shared = await self.of_member(user_id), await self.others_in(user_id, guild_id, settings)
        names = {kept.folded for kept in own} | self._names_of(catalogue)
        both = [(kept, False) for kept in own]
        both += [(kept, True) for kept in shared if kept.folded not in names]
        made = [self.made(kept, guild_id, catalogue, shared=shared) for kept, shared in both]
        return [one for one in made if isinstance(one, Blend)], [one for one in made if isinstance(one, Broken)]

    def made(self, kept: KeptBlend, guild_id: int | None, catalogue: Catalogue, *, shared: bool) -> Blend | Broken:
        """Of the styles of a place, as `bot.styles.by_place` has them for it."""
        known = self._made.setdefault(catalogue, {})
        if (kept, shared) not in known:
            known[kept, shared] = self._blend(kept, guild_id, catalogue, shared)
        return known[kept, shared]

    def named_as(self, kept: KeptBlend, guild_id: int | None, catalogue: Catalogue) -> KeptBlend:
        """With the names that its styles have in a place today; what is not known there keeps the name it had when it
        was put in."""
        by_hash = self._styles_of(catalogue)
        named = [
            by_hash[one.sha256].name if one.sha256 in by_hash else self._styles.name_of(one.sha256, guild_id)
            for one in kept.parts
        ]
        return replace(
            kept,
            parts=tuple(replace(one, name=name or one.name) for one, name in zip(kept.parts, named, strict=True)),
        )

    async def create(self, user_id: int, name: str, title: str, parts: Sequence[Part]) -> KeptBlend:
        """Raises `Refused` where there is no room for it, or another of its name."""
        kept = KeptBlend(
            id=new_id(),
            user_id=user_id,
            folded=folded(name),
            name=name,
            title=title,
            parts=tuple(parts),
            created_at=time.time(),
        )
        if not await self._store.add(kept, OF_MEMBER):
            own = await self._store.of_member(user_id)
            if any(one.folded == kept.folded for one in own):
                raise Refused("blend_name_yours", blend=quoted(name))
            raise Refused("blends_full", most=OF_MEMBER)
        self._forget(user_id)
        return kept

    async def edit(self, kept: KeptBlend, name: str, title: str, parts: Sequence[Part]) -> KeptBlend:
        """Raises `Refused` as `create`, also for a name that another has where it is shared."""
        changed = replace(kept, folded=folded(name), name=name, title=title, parts=tuple(parts))
        if not await self._store.edit(changed):
            raise Refused("blend_name_taken", blend=quoted(name))
        self._forget(kept.user_id, *await self.servers_of(kept))
        return changed

    async def share(self, kept: KeptBlend, guild_id: int) -> None:
        """With everybody in a server. Raises `Refused` where it has no room for it, or another of its name."""
        there = await self._store.shared_in(guild_id)
        if any(one.id == kept.id for one in there):
            raise Refused("blend_shared_already", blend=quoted(kept.name))
        if not await self._store.share(kept, guild_id, OF_SERVER):
            if any(one.folded == kept.folded for one in there):
                raise Refused("blend_name_taken", blend=quoted(kept.name))
            raise Refused("blends_full_here", most=OF_SERVER)
        self._forget(None, guild_id)

    async def unshare(self, kept: KeptBlend, guild_id: int) -> None:
        """Raises `Refused` where it is not shared."""
        if not await self._store.unshare(kept.id, guild_id):
            raise Refused("blend_not_shared", blend=quoted(kept.name))
        self._forget(None, guild_id)

    async def remove(self, kept: KeptBlend) -> None:
        """From everywhere."""
        servers = await self.servers_of(kept)
        await self._store.remove(kept.id)
        self._forget(kept.user_id, *servers)

    def forget(self) -> None:
        """What is at hand of anybody, as somebody's blends or a server's were deleted."""
        self._changes += 1
        self._of_members.clear()
        self._of_servers.clear()

    def _forget(self, user_id: int | None, *guild_ids: int) -> None:
        self._changes += 1
        if user_id is not None:
            self._of_members.pop(user_id, None)
        for guild_id in guild_ids:
            self._of_servers.pop(guild_id, None)

    async def _kept(
        self,
        known: OrderedDict[int, tuple[KeptBlend, ...]],
        id: int,
        read: Callable[[int], Awaitable[list[KeptBlend]]],
    ) -> tuple[KeptBlend, ...]:
        if id not in known:
            changes, found = self._changes, tuple(await read(id))
            if changes != self._changes:  # they may have been changed while they were read
                return found
            known[id] = found
        known.move_to_end(id)
        while len(known) > _AT_HAND:
            known.popitem(last=False)
        return known[id]

    def _blend(self, kept: KeptBlend, guild_id: int | None, catalogue: Catalogue, shared: bool) -> Blend | Broken:
        by_hash = self._styles_of(catalogue)
        missing = next((part for part in kept.parts if part.sha256 not in by_hash), None)
        if missing is not None:
            known = self._styles.name_of(missing.sha256, guild_id)
            return Broken(kept.name, missing.name if known is None else known, switched_off=known is not None)
        parts = tuple((by_hash[part.sha256], part.weight) for part in kept.parts)
        return Blend(id=kept.id, user_id=kept.user_id, name=kept.name, parts=parts, title=kept.title, shared=shared)

    def _styles_of(self, catalogue: Catalogue) -> dict[str, Style]:
        """By hash; of those with the same file the first."""
        if catalogue not in self._by_hash:
            self._by_hash[catalogue] = {style.sha256: style for style in reversed(list(catalogue))}
        return self._by_hash[catalogue]

    def _names_of(self, catalogue: Catalogue) -> frozenset[str]:
        """As names of blends are compared."""
        if catalogue not in self._names:
            self._names[catalogue] = frozenset(folded(style.name) for style in catalogue)
        return self._names[catalogue]


@lru_cache(maxsize=_AT_HAND)
def _is_blocked(words: str, blocked: tuple[str, ...]) -> bool:
    return first_blocked(words, blocked) is not None
