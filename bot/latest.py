"""Telling the latest of something that changes often, at most every few seconds."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

_LAST_SECONDS = 1.0


class Latest(ABC):
    """Used with `async with`. Leaving it waits for what is being told, which would else come after what follows."""

    def __init__(self, seconds: float) -> None:
        """`seconds` are between two tellings."""
        self._seconds = seconds
        self._changed = asyncio.Event()
        self._left = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _tell(self) -> None:
        """How it stands now."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._show())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._left.set()
        self._changed.set()
        if isinstance(error, asyncio.CancelledError):  # nobody may wait for Discord then, such as a bot that ends
            await asyncio.wait([self._task], timeout=_LAST_SECONDS)
            self._task.cancel()
            await asyncio.wait([self._task])
        else:
            await self._task

    async def _show(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._left.is_set():
                return
            await self._tell()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._left.wait()
