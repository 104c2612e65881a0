"""An engine to talk to: the one that runs at its usual address, or one started for this command alone."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.adding.admission import Trial, tried
from bot.engine_process import EngineProcess
from bot.link import AdapterFiles, EngineLink
from engine.settings import EngineSettings
from protocol.errors import BaseMissing, EngineGone
from protocol.events import Event
from protocol.order import PaintOrder
from protocol.paint import AdapterUse

Loading = Callable[[str], None]
"""Called with a sentence whenever loading gets further."""

_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class EngineAtHand:
    """A link to a ready engine, and its process where it is ours."""

    link: EngineLink
    process: EngineProcess | None

    async def paint(self, order: PaintOrder, files: AdapterFiles) -> AsyncGenerator[Event, None]:
        """As `EngineLink.paint`; when the engine dies, the error says how."""
        async with self._explained(), aclosing(self.link.paint(order, files)) as events:
            async for event in events:
                yield event

    async def tried(self, use: AdapterUse, files: AdapterFiles, on_event: Callable[[Event], None]) -> Trial:
        """As `bot.adding.admission.tried`."""
        async with self._explained():
            return await tried(self.link, use, files, on_event)

    @asynccontextmanager
    async def _explained(self) -> AsyncIterator[None]:
        try:
            yield
        except EngineGone as gone:
            if self.process is None:
                raise
            raise await self.process.reason(gone) from gone


@asynccontextmanager
async def engine_at_hand(settings: EngineSettings, on_loading: Loading) -> AsyncIterator[EngineAtHand]:
    """Raises `EngineGone` or `BaseMissing` where there is none and none can be started. An address on another machine
    is one where somebody must answer."""
    token = None if settings.token is None else settings.token.get_secret_value()
    async with EngineLink(settings.address, token) as link:
        if await _is_there(link, on_loading):
            yield EngineAtHand(link, None)
            return
    on_loading("Starting an engine.")
    async with EngineProcess(on_loading=on_loading) as process, EngineLink(process.address, process.token) as link:
        yield EngineAtHand(link, process)


async def _is_there(link: EngineLink, on_loading: Loading) -> bool:
    """Whether an engine answers, once it is ready."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            health = await link.health()
    except (EngineGone, TimeoutError) as nobody:
        if link.address.loopback:
            return False
        raise EngineGone(f"No engine answers at {link.address}.") from nobody
    while health.status == "loading":
        on_loading(health.detail)
        await asyncio.sleep(_POLL_SECONDS)
        health = await link.health()
    if health.status == "failed":
        raise BaseMissing(health.detail)
    return True


def run_to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Runs it, and ends it as cleanly on SIGTERM as on Ctrl-C: with KeyboardInterrupt, after everything is put away."""
    with contextlib.ExitStack() as stack:
        # Started in the background by a shell, SIGINT is ignored, and what SIGTERM is turned into would be too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        stack.callback(signal.signal, signal.SIGINT, before)
        before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        stack.callback(signal.signal, signal.SIGTERM, before)
        asyncio.run(work)
