"""The bot under test, as a process of its own."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playground.testing.client import Client


class BotFailed(Exception):
    """It ended, or was not ready in time; the sentence has what it wrote."""


class Bot:
    def __init__(self, process: asyncio.subprocess.Process, written: Path) -> None:
        self._process = process
        self._written = written

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    def written(self) -> str:
        """All that it wrote, on both streams."""
        return self._written.read_text(errors="replace")

    async def ended(self) -> int:
        """Waits until it ends by itself; its exit code."""
        return await self._process.wait()

    async def kill(self) -> None:
        """At once, as a crash would."""
        if self.is_running:
            self._process.kill()
        await self._process.wait()

    async def stop(self, seconds: float = 5.0) -> None:
        """Asks it to end, and ends it where it does not."""
        if self.is_running:
            self._process.terminate()
        try:
            async with asyncio.timeout(seconds):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def ready(self, client: Client, application_id: int, seconds: float, *, commands: bool = True) -> None:
        """Waits until it is connected and has registered commands. Raises `BotFailed`."""
        try:
            async with asyncio.timeout(seconds):
                while not await _is_ready(client, str(application_id), commands=commands):
                    if not self.is_running:
                        raise BotFailed(f"the bot ended with {self._process.returncode}; it wrote:\n{self.written()}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise BotFailed(f"the bot was not ready within {seconds} s; it wrote:\n{self.written()}") from None


async def _is_ready(client: Client, application_id: str, *, commands: bool) -> bool:
    bots: list[dict[str, Any]] = (await client.get("world"))["bots"]
    one = next(bot for bot in bots if bot["id"] == application_id)
    return bool(one["connected"] and (one["commands"] or not commands))


@asynccontextmanager
async def running(command: Sequence[str], env: Mapping[str, str]) -> AsyncIterator[Bot]:
    """Ends it at the end, whatever happened."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "written"
        with written.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **env}, stdin=asyncio.subprocess.DEVNULL, stdout=file, stderr=file
            )
        bot = Bot(process, written)
        try:
            yield bot
        finally:
            await bot.stop()
