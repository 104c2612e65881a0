"""The bot as a process for tests, with the fake engine as its child unless REAL_ENGINE is set."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from adapters.styles import Catalogue
from bot import engine_process
from bot.app import run
from bot.engine_kept import KeptEngine
from bot.settings import BotSettings


async def main() -> None:
    if "REAL_ENGINE" not in os.environ:
        engine_process.COMMAND = (sys.executable, "-m", "tests.fake_engine")
    settings = BotSettings(discord_api=os.environ["PLAYGROUND_API"], data=Path(os.environ["DATA"]))
    catalogue = Catalogue.of(Path(os.environ["STYLES"]))
    engine = KeptEngine()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, asyncio.current_task().cancel)  # type: ignore[union-attr]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await run(settings, os.environ["PLAYGROUND_TOKEN"], catalogue, engine.link)


with contextlib.suppress(asyncio.CancelledError):
    asyncio.run(main())
