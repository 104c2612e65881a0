"""`styleseal run`: everything together, for a newcomer: the engine, and a Discord on this machine to meet it in."""

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator

from cli.engine_at_hand import engine_at_hand, run_to_its_end
from cli.gallery import FOLDER, make_folder, paint_all, pictures
from cli.settings import load_settings
from cli.show import Show
from engine.settings import EngineSettings
from playground.server import serve
from playground.spec import Spec
from playground.state import State
from playground.world.demo import demo

PORT = 8765
TOKEN = "styleseal"
"""What the playground knows the bot by."""


def command() -> None:
    """Start the engine and the playground, paint a picture in each embedded style, and go on until Ctrl-C."""
    settings = load_settings(EngineSettings)
    make_folder()
    with contextlib.suppress(KeyboardInterrupt):
        run_to_its_end(_run(settings))


async def _run(settings: EngineSettings) -> None:
    async with _playground() as address:
        with Show(pictures()) as show:
            async with engine_at_hand(settings, show.sentence) as engine:
                await paint_all(engine, show)
                show.done()
                print(f"The pictures are in {FOLDER.absolute()}")
                print(f"The playground, a Discord on this machine, is at {address}/", flush=True)
                print("Ctrl-C ends both.", flush=True)
                await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def _playground() -> AsyncIterator[str]:
    """At its usual port, or at another where that is taken."""
    state = State(demo(TOKEN).world, Spec.at_hand())
    async with contextlib.AsyncExitStack() as stack:
        try:
            yield await stack.enter_async_context(serve(state, port=PORT))
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise
            yield await stack.enter_async_context(serve(state))
