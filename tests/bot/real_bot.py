"""The bot as a process for tests, with the fake engine as its child unless REAL_ENGINE is set.

BOT is JSON: settings of the bot by name, and under "seconds" constants by module and name, for a test to shorten.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
from pathlib import Path

from adapters.styles import Catalogue
from bot import engine_process
from bot.app import run
from bot.settings import BotSettings
from bot.supervisor import Supervisor


async def main() -> None:
    if "REAL_ENGINE" not in os.environ:
        engine_process.COMMAND = (sys.executable, "-m", "tests.fake_engine")
    told = json.loads(os.environ.get("BOT", "{}"))
    for name, seconds in told.pop("seconds", {}).items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(importlib.import_module(module), constant, seconds)
    settings = BotSettings(discord_api=os.environ["PLAYGROUND_API"], data=Path(os.environ["DATA"]), **told)
    catalogue = Catalogue.of(Path(os.environ["STYLES"]))
    engine = Supervisor(settings.engine_log)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)  # type: ignore[union-attr]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await run(settings, os.environ["PLAYGROUND_TOKEN"], catalogue, engine)


with contextlib.suppress(asyncio.CancelledError):
    asyncio.run(main())
