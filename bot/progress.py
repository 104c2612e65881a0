"""How far a job is, in its message: the latest step and preview, at most every few seconds."""

import asyncio
import logging

from bot.delivery import Delivery
from bot.jobs import Job, State
from bot.latest import Latest
from bot.result import painting
from bot.sheets.sheets import so_far
from protocol.errors import InvalidRequest
from protocol.events import Progress

log = logging.getLogger(__name__)
EDIT_SECONDS = 3.0
"""Between two edits that only show progress."""


class Shown(Latest):
    """Used as `async with Shown(...) as shown`."""

    def __init__(self, delivery: Delivery, job: Job) -> None:
        super().__init__(EDIT_SECONDS)
        self._delivery = delivery
        self._job = job
        self._done: dict[int, int] = {}
        """Steps, by picture."""
        self._steps: dict[int, int] = {}
        """Of those that have begun."""
        self._previews: dict[int, bytes] = {}
        self._previews_changed = False

    def step(self, event: Progress) -> None:
        self._done[event.index] = event.step
        self._steps[event.index] = event.steps
        self._changed.set()

    def preview(self, index: int, png: bytes) -> None:
        """As the picture with that number, from 0, stands."""
        self._previews[index] = png
        self._previews_changed = True
        self._changed.set()

    async def _tell(self) -> None:
        changed, self._previews_changed = self._previews_changed, False
        previews = await self._seen() if changed else None
        to_come = self._job.amount - len(self._steps)
        steps = sum(self._steps.values()) + to_come * max(self._steps.values(), default=0)
        form = painting(self._job, sum(self._done.values()), steps, previews)
        if not await self._delivery.progress(self._job.id, form, State.PAINTING):
            self._previews_changed |= changed

    async def _seen(self) -> list[bytes]:
        """Each picture as it stands, or the sheet of them."""
        if self._job.variants:
            try:
                return [await asyncio.to_thread(so_far, self._job, dict(self._previews))]
            except InvalidRequest as wrong:
                log.info("the previews of job %s could not be put on a sheet: %s", self._job.id, wrong.sentence)
                return []
        return [self._previews[index] for index in sorted(self._previews)]
