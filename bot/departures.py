"""Servers that the bot has left: what is kept of them goes after a while, unless it is asked back."""

import time
from collections.abc import Callable

from bot.agenda import Agenda
from bot.forgetting import Forgetting
from bot.store.agenda import AgendaStore
from bot.store.member_data import MemberData

PURGE = "purge"
PURGE_SECONDS = 30 * 24 * 3600.0
"""docs/privacy.md states it."""
READY_SECONDS = 60.0


class Departures:
    """`servers` are those that the bot is in now; None while that is not known yet. `with_styles` have styles in the
    library."""

    def __init__(
        self,
        data: MemberData,
        agenda: Agenda,
        store: AgendaStore,
        forgetting: Forgetting,
        servers: Callable[[], set[int] | None],
        with_styles: Callable[[], set[int]] = set,
    ) -> None:
        self._data = data
        self._agenda = agenda
        self._store = store
        self._forgetting = forgetting
        self._servers = servers
        self._with_styles = with_styles

    async def left(self, guild_id: int) -> None:
        await self._agenda.at(time.time() + PURGE_SECONDS, PURGE, str(guild_id))

    async def joined(self, guild_id: int) -> None:
        await self._store.drop(PURGE, str(guild_id))

    async def compare(self) -> None:
        """What happened while the bot was away: it was removed from servers, and asked back by others."""
        leaving = {int(key) for key in await self._store.keys(PURGE)}
        for guild_id in leaving | await self._data.servers() | self._with_styles():
            there = self._servers()  # asked each time: it may be removed from one, or asked back, meanwhile
            if there is None:
                return
            if guild_id in there and guild_id in leaving:
                await self.joined(guild_id)
            elif guild_id not in there and guild_id not in leaving:
                await self.left(guild_id)

    async def due(self, key: str) -> None:
        """For the agenda. Puts it off while it is not known in which servers the bot is."""
        there = self._servers()
        if there is None:
            await self._agenda.at(time.time() + READY_SECONDS, PURGE, key)
        elif int(key) not in there:
            await self._forgetting.server(int(key))
