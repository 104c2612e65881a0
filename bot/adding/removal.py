"""Removing a server's style: so that old pictures' buttons go on working for as long as the pictures are kept, or at
once."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from adapters.library import Kept, Library, State
from bot.answers import Interaction, Refused
from bot.quoting import quoted
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_DAY = 24 * 3600.0


class Removal:
    """`days` are those for which pictures are kept."""

    def __init__(self, library: Library, days: float) -> None:
        self._library = library
        self.days = days

    async def remove(self, interaction: Interaction, kept: Kept, *, at_once: bool, locale: str) -> str:
        """For somebody who may; gives what is to be said. Raises `Refused` for a draft that was activated meanwhile,
        `StorageFailed`, `InvalidRequest`, `StoreFailed`."""
        bot: StyleSealBot = interaction.client
        style, guild_id = quoted(kept.style.name), int(kept.owner)
        if kept.state is State.DRAFT:
            key, kind, until = "adapter_discarded", "adapter_discarded", 0
        elif at_once:
            key, kind, until = "adapter_purged", "adapter_purged", 0
        else:
            retired = await asyncio.to_thread(self._library.move, kept.id, State.RETIRED)
            key, kind, until = "adapter_retired", "adapter_removed", round(retired.changed_at + self.days * _DAY)
        only = (State.DRAFT,) if kept.state is State.DRAFT else tuple(State)
        if not until and not await asyncio.to_thread(self._library.purge, kept.id, only):
            raise Refused(f"adapter_is_{self._library.by_id(kept.id).state}")
        settings = await bot.rules.of(guild_id)
        await bot.trail.note(guild_id, settings, interaction.user.id, kind, style=style)
        return text(locale, key, style=style, until=until)

    async def expire(self, now: float) -> None:
        """What was retired so long ago that no picture of it is kept any more; `now` is in Unix seconds."""
        for kept in self._library.retired(before=now - self.days * _DAY):
            await asyncio.to_thread(self._library.purge, kept.id)
        await asyncio.to_thread(self._library.sweep)

    def of_member(self, user_id: int) -> list[dict[str, Any]]:
        """The styles that a member added to servers, for them to read."""
        own = [kept for kept in self._library.everything() if kept.added_by == str(user_id)]
        return [
            {
                "name": kept.style.name,
                "server": kept.owner,
                "sha256": kept.style.sha256,
                "added_at": datetime.fromtimestamp(kept.added_at, UTC).isoformat(),
            }
            for kept in own
        ]

    async def member(self, user_id: int) -> None:
        """The styles that a member added stay their server's."""
        await asyncio.to_thread(self._library.forget, str(user_id))

    async def server(self, guild_id: int) -> None:
        """All that belongs to a server of which nothing is kept any more."""
        for kept in self._library.everything():
            if kept.owner == str(guild_id):
                await asyncio.to_thread(self._library.purge, kept.id)

    def servers(self) -> set[int]:
        """Those that have styles."""
        return {int(kept.owner) for kept in self._library.everything() if kept.owner}
