"""An engine that is kept running: a child of the bot, started again when it ends or hangs."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from bot.engine_log import EngineLog
from bot.engine_process import EngineProcess, EngineRefused
from bot.last_words import ending
from bot.link import EngineLink
from bot.presence import Patience, Presence
from bot.watch import Watch
from protocol.errors import EngineGone

log = logging.getLogger(__name__)
FIRST_STARTS = 3
"""Of an engine that crashes each time, before the reason is raised."""
_PATIENCE = Patience()


class Supervisor(Presence):
    """Keeps an engine as a child of lower priority than this process, and what it writes in the file `kept`."""

    def __init__(
        self, kept: Path, on_loading: Callable[[str], None] | None = None, patience: Patience = _PATIENCE
    ) -> None:
        super().__init__("The engine is being started.", on_loading, patience)
        self._kept = kept
        self._failures = 0

    async def run(self) -> None:
        """Until it is cancelled. Raises the reason where it cannot even be started a first time; later reasons are
        logged, and it is tried again."""
        with EngineLog(self._kept) as kept:
            while True:
                why = await self._lived(kept)
                seconds = self._patience.backoff[min(self._failures, len(self._patience.backoff) - 1)]
                self._failures += 1
                log.warning("%s Starting the engine again in %g s; what it said is in %s", why, seconds, self._kept)
                self._went(f"{why} It is started again.")
                await asyncio.sleep(seconds)

    async def _lived(self, kept: EngineLog) -> str:
        """One life of an engine, from its start until it is gone; why it is."""
        try:
            async with (
                EngineProcess(on_loading=self._loads, log=kept, gives_way=True) as process,
                EngineLink(process.address, process.token) as link,
            ):
                await self._came(link)
                began = time.monotonic()
                why = await self._until_gone(process, link)
                self._went(why)
                if time.monotonic() - began >= self._patience.healthy:
                    self._failures = 0
                return why
        except Exception as wrong:
            if self._hopeless(wrong):
                raise
            if not isinstance(wrong, EngineGone):
                log.error("the engine could not be watched over", exc_info=wrong)
            return str(wrong)
        finally:
            self._link = None

    async def _until_gone(self, process: EngineProcess, link: EngineLink) -> str:
        watch = Watch(link, self._patience.check, self._patience.look)
        while (code := await process.exited(self._patience.look)) is None:
            if await watch.look() is not None:
                self._answers.set()
            elif watch.silent < self._patience.hung:
                self._went("The engine does not answer.")
            else:
                return f"The engine hangs: it has not answered for {watch.silent:.0f} s, and is ended."
        return f"The engine is gone. {ending(code)}"

    def _hopeless(self, wrong: Exception) -> bool:
        if self._arrivals:
            return False
        crashed = isinstance(wrong, EngineGone) and not isinstance(wrong, EngineRefused)
        return not crashed or self._failures + 1 >= FIRST_STARTS
