"""The bot as a process for tests, with the fake engine as its child unless REAL_ENGINE is set or it is told of one.

BOT is JSON: settings of the bot by name, and under "seconds" constants by module and name, for a test to shorten.
KILL_FILE is a file that names a point (tests/bot/faults/points.py) at which it kills itself; while the file FULL_DISK
is there, no picture can be written. INTERNET is JSON with the `port` that every host of the internet is played at, and
the file of the certificate `authority` that vouches for it.
"""

import asyncio
import contextlib
import errno
import importlib
import json
import logging
import os
import signal
import ssl
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

from adapters.settings import AdapterSettings
from adapters.sources import table
from adapters.styles import Catalogue
from bot import engine_process
from bot.app import run
from bot.engine_elsewhere import EngineElsewhere
from bot.settings import BotSettings
from bot.store import pictures
from bot.supervisor import Supervisor
from tests.adapters.sources.internet import Names
from tests.bot.faults import points


async def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    if "REAL_ENGINE" not in os.environ:
        engine_process.COMMAND = (sys.executable, "-m", "tests.fake_engine")
    told = json.loads(os.environ.get("BOT", "{}"))
    for name, seconds in told.pop("seconds", {}).items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(importlib.import_module(module), constant, seconds)
    if "KILL_FILE" in os.environ:
        points.armed_by(Path(os.environ["KILL_FILE"]))
    if "FULL_DISK" in os.environ:
        pictures._write = _unless(Path(os.environ["FULL_DISK"]), pictures._write)
    if "INTERNET" in os.environ:
        _play_the_internet(**json.loads(os.environ["INTERNET"]))
    settings = BotSettings(discord_api=os.environ["PLAYGROUND_API"], data=Path(os.environ["DATA"]), **told)
    adapters = AdapterSettings(data=settings.data)
    catalogue = Catalogue.of(Path(os.environ["STYLES"]))
    engine = (
        Supervisor(settings.engine_log)
        if settings.engine_address is None
        else EngineElsewhere(settings.engine_address, settings.engine_token.get_secret_value())  # type: ignore[union-attr]
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)  # type: ignore[union-attr]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await run(settings, os.environ["PLAYGROUND_TOKEN"], catalogue, adapters, engine)


def _play_the_internet(port: int, authority: str) -> None:
    tls = ssl.create_default_context(cafile=authority)
    seams = {"resolver": Names(["127.0.0.1"], port), "tls": tls, "allowed": lambda _: True}
    table.connected = partial(table.connected, **seams)


def _unless(full: Path, write: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    """As on a disk without room, where nothing gets written."""

    def sync(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def written(path: Path, data: bytes) -> None:
        with mock.patch("os.fsync", sync) if full.exists() else contextlib.nullcontext():
            write(path, data)

    return written


with contextlib.suppress(asyncio.CancelledError):
    asyncio.run(main())
