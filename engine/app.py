"""The engine process: builds everything once, serves until it is told to stop.

Stops on SIGTERM and SIGINT and, as a child, when its standard input closes: that happens however its parent ends. It
ends soon then, whatever its threads are busy with: neither a large model's step nor its loading can be interrupted.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from engine.base import Base
from engine.jobs import Jobs
from engine.loading import load_base
from engine.painter import Painter
from engine.screening import Screen, load_screen
from engine.server import build_server
from engine.settings import EngineSettings
from engine.shelf import Shelf
from engine.state import EngineState, Studio
from protocol.address import Address, TcpAddress, UnixAddress
from protocol.errors import StyleSealError

GRACE_SECONDS = 2.0
STDIN = 0
log = logging.getLogger(__name__)
T = TypeVar("T")


def run(settings: EngineSettings, *, ends_with_stdin: bool = False) -> None:
    """Serves until stopped. Raises `BaseMissing` where the base cannot be loaded, `StyleSealError` for its address."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    asyncio.run(_serve(settings, ends_with_stdin))


async def _serve(settings: EngineSettings, ends_with_stdin: bool) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if ends_with_stdin:
        _stop_with_stdin(stop)
    state = EngineState()
    token = settings.token.get_secret_value() if settings.token is not None else None
    async with _listening(build_server(state, token), settings):
        loaded = await _unless_stopped(_loaded(settings, state), stop)
        if loaded is None:
            return
        base, screen = loaded
        studio = build_studio(base, settings, screen)
        if settings.compile:
            state.detail = "Compiling the denoiser; this takes minutes."
        await _unless_stopped(studio.painter.warm_up(), stop)
        if stop.is_set():
            return
        state.open(studio)
        log.info("ready: %s on %s", base.name, settings.address)
        await _unless_stopped(studio.painter.run(), stop)


def build_studio(base: Base, settings: EngineSettings, screen: Screen | None = None) -> Studio:
    shelf = Shelf(settings.data / "engine" / "adapters", base)
    jobs = Jobs(settings.max_queue)
    return Studio(base, shelf, jobs, Painter(base, shelf, jobs, settings, screen), settings.max_pixels)


async def _loaded(settings: EngineSettings, state: EngineState) -> tuple[Base, Screen | None]:
    def say(sentence: str) -> None:
        state.detail = sentence
        log.info("%s", sentence)

    def load() -> tuple[Base, Screen | None]:
        base = load_base(settings, say)
        return base, load_screen(settings, base.placement, say)

    return await asyncio.to_thread(load)


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """What the work gives, or None if the engine is stopped before."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working}, timeout=GRACE_SECONDS)
        return None
    return working.result()


@asynccontextmanager
async def _listening(app: web.Application, settings: EngineSettings) -> AsyncIterator[None]:
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=GRACE_SECONDS, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, settings.address)
        log.info("listening on %s", settings.address)
        with _removed_at_the_end(settings.address):
            yield
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _removed_at_the_end(address: Address) -> Iterator[None]:
    """Takes the socket's file away, which the server itself leaves."""
    try:
        yield
    finally:
        if isinstance(address, UnixAddress):
            address.path.unlink(missing_ok=True)


async def _listen(runner: web.AppRunner, address: Address) -> None:
    try:
        if isinstance(address, TcpAddress):
            await web.TCPSite(runner, address.host, address.port).start()
            return
        address.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        await _refuse_if_answered(address)
        with _for_the_owner_alone():
            await web.UnixSite(runner, str(address.path)).start()
    except OSError as error:
        raise StyleSealError(f"The engine cannot listen on {address}: {error.strerror or error}.") from error


@contextlib.contextmanager
def _for_the_owner_alone() -> Iterator[None]:
    """What is made meanwhile is so from its first moment: others cannot connect before a chmod."""
    before = os.umask(0o177)
    try:
        yield
    finally:
        os.umask(before)


async def _refuse_if_answered(address: UnixAddress) -> None:
    """A socket file that nobody listens on is left over from a kill, and replaced."""
    try:
        _, writer = await asyncio.open_unix_connection(str(address.path))
    except (FileNotFoundError, ConnectionRefusedError):
        return
    writer.close()
    raise StyleSealError(f"An engine is already listening on {address}; stop it, or choose another with --listen.")


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stopped() -> None:
        stop.set()
        threading.Thread(target=_end_at_last, name="end", daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stopped)


def _stop_with_stdin(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        with contextlib.suppress(OSError):
            while os.read(STDIN, 4096):  # not sys.stdin, whose lock would be held when the interpreter ends
                continue
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)
        _end_at_last()

    threading.Thread(target=wait_for_end, name="parent", daemon=True).start()


def _end_at_last() -> None:
    """Ends the process once all that can end by itself has had its time; nobody is left to wait for the rest."""
    threading.Event().wait(3 * GRACE_SECONDS)
    os._exit(0)
