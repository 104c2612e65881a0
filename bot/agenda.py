"""Does what must happen later, when its time has come; what was due while the bot was away is done at its start."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.store.agenda import AgendaStore, Item
from bot.store.database import StoreFailed

log = logging.getLogger(__name__)
Handler = Callable[[str], Awaitable[None]]
_IDLE_SECONDS = 3600.0
_AGAIN_SECONDS = 10.0
"""Several times within the minute that a token lives on."""


class Agenda:
    """`handlers` has one for each kind; it is given the key, and may be called again with the same one."""

    def __init__(
        self, store: AgendaStore, handlers: Mapping[str, Handler], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something new on it."""
        self._woken.set()

    async def at(self, when: float, kind: str, key: str) -> None:
        """In Unix seconds."""
        await self._store.add(Item(kind, key, when))
        self.wake()

    async def run(self) -> None:
        while True:
            self._woken.clear()
            try:
                item = await self._store.next()
                wait = _IDLE_SECONDS if item is None else item.at - self._clock()
                if item is not None and wait <= 0:
                    await self._do(item)
                    continue
            except StoreFailed as wrong:
                log.warning("%s", wrong.sentence)
                wait = _AGAIN_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(wait, _IDLE_SECONDS)):
                    await self._woken.wait()

    async def _do(self, item: Item) -> None:
        try:
            await self._handlers[item.kind](item.key)
        except Exception:
            log.exception("%s of %s is tried again", item.kind, item.key)
            await self._store.add(Item(item.kind, item.key, self._clock() + _AGAIN_SECONDS))
        else:
            await self._store.remove(item)
