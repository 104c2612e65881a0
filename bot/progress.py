"""How far a job is, in its message: the latest step and preview, at most every few seconds."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from bot.delivery import Delivery
from bot.jobs import Job, State
from bot.result import painting
from protocol.events import PartialImage, Progress

EDIT_SECONDS = 3.0
"""Between two edits that only show progress."""
_LAST_SECONDS = 1.0


class Shown:
    """Used as `async with Shown(...) as shown`. Leaving it waits for the edit that is on its way, which would otherwise
    come after the picture."""

    def __init__(self, delivery: Delivery, job: Job) -> None:
        self._delivery = delivery
        self._job = job
        self._done: dict[int, int] = {}
        """Steps, by picture."""
        self._steps = 0
        self._previews: dict[int, bytes] = {}
        self._previews_changed = False
        self._changed = asyncio.Event()
        self._left = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def step(self, event: Progress) -> None:
        self._done[event.index] = event.step
        self._steps = event.steps * self._job.request.count
        self._changed.set()

    def preview(self, event: PartialImage) -> None:
        self._previews[event.index] = event.png
        self._previews_changed = True
        self._changed.set()

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
            changed, self._previews_changed = self._previews_changed, False
            previews = [self._previews[index] for index in sorted(self._previews)] if changed else None
            form = painting(self._job, sum(self._done.values()), self._steps, previews)
            if not await self._delivery.progress(self._job.id, form, State.PAINTING):
                self._previews_changed |= changed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EDIT_SECONDS):
                    await self._left.wait()
