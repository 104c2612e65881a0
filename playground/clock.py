"""Time in the playground: that of this machine, moved on at will, so that a test need not wait fifteen minutes."""

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """For one event loop."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Unix time in seconds."""
        return time.time() + self._ahead

    def iso(self, at: float | None = None) -> str:
        """As Discord writes it, with microseconds and an offset."""
        return datetime.fromtimestamp(self.now() if at is None else at, UTC).isoformat(timespec="microseconds")

    def advance(self, seconds: float) -> None:
        """Whoever sleeps past that moment wakes at once. Raises `ValueError` for a way back."""
        if seconds < 0:
            raise ValueError("time in the playground goes forward only")
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, at: float) -> None:
        """Waits for a moment in Unix time, however it comes."""
        while (left := at - self.now()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                return

    async def sleep(self, seconds: float) -> None:
        await self.until(self.now() + seconds)
