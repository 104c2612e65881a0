"""An engine that is kept running: a child of the bot, started again when it ends."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.engine_process import EngineProcess
from bot.link import EngineLink
from protocol.errors import EngineGone, StyleSealError

log = logging.getLogger(__name__)
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
_LOOK_SECONDS = 0.5


class KeptEngine:
    """`run` keeps it until it is cancelled; `link` waits for it to be there."""

    def __init__(self, on_loading: Callable[[str], None] | None = None) -> None:
        self._on_loading = on_loading or (lambda sentence: log.info("%s", sentence))
        self._link: EngineLink | None = None
        self._ready = asyncio.Event()

    async def link(self) -> EngineLink:
        """To an engine that answers: one that has just died is not given to the next who asks."""
        while True:
            await self._ready.wait()
            with contextlib.suppress(EngineGone):
                if (link := self._link) is not None:
                    await link.health()
                    return link
            await asyncio.sleep(_LOOK_SECONDS)

    async def run(self) -> None:
        """Raises the reason where it cannot even be started a first time."""
        failures, began = 0, False
        while True:
            try:
                async with (
                    EngineProcess(on_loading=self._on_loading) as process,
                    EngineLink(process.address, process.token) as link,
                ):
                    self._link, began, failures = link, True, 0
                    self._ready.set()
                    await self._until_gone(link)
            except StyleSealError as wrong:
                if not began:
                    raise
                log.warning("the engine could not be started: %s", wrong.sentence)
            finally:
                self._link = None
                self._ready.clear()
            seconds = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)]
            failures += 1
            log.warning("the engine ended; starting it again in %g s", seconds)
            await asyncio.sleep(seconds)

    async def _until_gone(self, link: EngineLink) -> None:
        with contextlib.suppress(EngineGone):
            while True:
                await asyncio.sleep(_LOOK_SECONDS)
                await link.health()
