"""A bot that is killed and started again, as often as need be, on the same data."""

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from playground.testing import Bot, BotFailed, Playground
from tests.adapters.files import write_styles
from tests.bot.acting import COMMAND, ROOT, STYLES
from tests.bot.faults.points import reached

needs_fake = pytest.mark.skipif("REAL_ENGINE" in os.environ, reason="it holds the fake engine, or makes it fail")
QUICK = {
    "bot.outbox.BACKOFF_SECONDS": [0.05, 0.1, 0.2, 0.5, 1.0],
    "bot.insisting.AGAIN_SECONDS": 0.2,
    "bot.desk._AGAIN_SECONDS": 0.2,
    "bot.agenda._AGAIN_SECONDS": 0.2,
}
"""Constants that are shortened for all: nothing here depends on how long they are."""


class Lives:
    """`folder` has its data, what it is told, and what it says of itself."""

    def __init__(
        self, playground: Playground, folder: Path, told: Mapping[str, Any], engine: Mapping[str, Any]
    ) -> None:
        self._playground = playground
        self._told = told
        self._engine = engine
        self._life = AsyncExitStack()
        self._bot: Bot | None = None
        self._past: list[str] = []
        self.count = 0
        """Of its lives."""
        self._armed = 0
        """In which of them it was told to kill itself."""
        self.folder = folder
        self.hold_file = folder / "hold"
        self.kill_file = folder / "kill at"
        self.full_disk = folder / "disk is full"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        assert self._bot is not None
        return self._bot.pid

    def written(self) -> str:
        """By all its lives."""
        return "\n".join([*self._past, "" if self._bot is None else self._bot.written()])

    async def start(self) -> None:
        """Raises `BotFailed` where it does not come up."""
        surroundings = {
            "DATA": str(self.data),
            "STYLES": str(self.folder / "styles"),
            "BOT": json.dumps({**self._told, "seconds": {**QUICK, **self._told.get("seconds", {})}}),
            "FAKE_ENGINE": json.dumps(
                {"pause": 0.02, "hold": str(self.hold_file), "pid_file": str(self.folder / "engine"), **self._engine}
            ),
            "KILL_FILE": str(self.kill_file),
            "FULL_DISK": str(self.full_disk),
            "PYTHONPATH": str(ROOT),
        }
        self.count += 1
        self._bot = await self._life.enter_async_context(self._playground.bot(COMMAND, surroundings))

    async def end(self) -> None:
        """As a service manager would, where it lives."""
        if self._bot is not None:
            await self._bot.stop(seconds=15.0)
            self._past.append(self._bot.written())
            self._bot = None
        await self._life.aclose()

    async def kill(self) -> None:
        """At once, as a crash would."""
        assert self._bot is not None
        await self._bot.kill()

    def ask_to_end(self) -> None:
        """As a service manager does; it may take its time."""
        os.kill(self.pid, signal.SIGTERM)

    async def again(self) -> None:
        """A new life, where the old one is over or is to end now."""
        await self.end()
        await self.start()

    async def until_dead(self) -> None:
        while self._bot is None or self._bot.is_running:  # noqa: ASYNC110 it is another process
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def kept_alive(self) -> AsyncIterator[None]:
        """Whenever it dies it is started again, as a service manager would; at the end it lives."""
        left = asyncio.Event()

        async def keep() -> None:
            while not left.is_set() or not self.is_alive:
                if self.is_alive:
                    await asyncio.sleep(0.01)
                else:
                    await self.again()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep())
            try:
                yield
            finally:
                left.set()

    @property
    def is_alive(self) -> bool:
        return self._bot is not None and self._bot.is_running

    def kill_at(self, point: str) -> None:
        """It kills itself as soon as it comes there."""
        self._armed = self.count
        self.kill_file.write_text(point)

    async def was_at(self, point: str, seconds: float = 3.0) -> bool:
        """Whether it came there, at last after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not reached(self.kill_file, point).is_file():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                while self.is_alive and self.count == self._armed:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        self.kill_file.unlink(missing_ok=True)
        return reached(self.kill_file, point).is_file()

    async def starts_and_dies(self) -> None:
        """Where it was told to kill itself as it starts."""
        with suppress(BotFailed):
            await self.start()
            await self.until_dead()
        await self.end()

    def hold(self) -> None:
        """The engine paints one step of each picture, and waits."""
        self.hold_file.touch()

    def release(self) -> None:
        self.hold_file.unlink(missing_ok=True)

    def kill_engine(self) -> None:
        os.kill(int((self.folder / "engine").read_text()), signal.SIGKILL)


@asynccontextmanager
async def living(
    playground: Playground, folder: Path | None = None, told: Mapping[str, Any] | None = None, /, **engine: Any
) -> AsyncIterator[Lives]:
    """`told` is what BOT has for it (tests/bot/real_bot.py); `engine` is how the fake one behaves."""
    with tempfile.TemporaryDirectory() as own:
        lives = Lives(playground, folder or Path(own), told or {}, engine)
        write_styles(lives.folder / "styles", *STYLES)
        await lives.start()
        try:
            yield lives
        finally:
            lives.release()
            await lives.end()
