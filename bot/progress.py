"""How far a job is, in its message: the latest step and preview, at most every few seconds."""

import asyncio
import contextlib
import logging
from types import TracebackType
from typing import Self

from bot.delivery import Delivery
from bot.jobs import Job, State
from bot.result import painting
from bot.sheets.sheets import so_far
from protocol.errors import InvalidRequest
from protocol.events import Progress

log = logging.getLogger(__name__)
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
        self._steps: dict[int, int] = {}
        """Of those that have begun."""
        self._previews: dict[int, bytes] = {}
        self._previews_changed = False
        self._changed = asyncio.Event()
        self._left = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def step(self, event: Progress) -> None:
        self._done[event.index] = event.step
        self._steps[event.index] = event.steps
        self._changed.set()

    def preview(self, index: int, png: bytes) -> None:
        """As the picture with that number, from 0, stands."""
        self._previews[index] = png
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
            previews = await self._seen() if changed else None
            to_come = self._job.amount - len(self._steps)
            steps = sum(self._steps.values()) + to_come * max(self._steps.values(), default=0)
            form = painting(self._job, sum(self._done.values()), steps, previews)
            if not await self._delivery.progress(self._job.id, form, State.PAINTING):
                self._previews_changed |= changed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EDIT_SECONDS):
                    await self._left.wait()

    async def _seen(self) -> list[bytes]:
        """Each picture as it stands, or the sheet of them."""
        if self._job.variants:
            try:
                return [await asyncio.to_thread(so_far, self._job, dict(self._previews))]
            except InvalidRequest as wrong:
                log.info("the previews of job %s could not be put on a sheet: %s", self._job.id, wrong.sentence)
                return []
        return [self._previews[index] for index in sorted(self._previews)]
