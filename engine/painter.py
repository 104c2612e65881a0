"""Hands the engine's jobs to the painting thread, between its turns, so that the server always answers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil

from engine.base import Base
from engine.host_copies import HostCopies, host_budget
from engine.jobs import Job, Jobs
from engine.metrics import Metrics
from engine.shelf import Shelf
from engine.worker import Worker
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Event, Failed

STOPPED = "The engine was stopped before the picture was done."


class Painter:
    """`run` paints jobs until it is cancelled; whatever goes wrong with one of them ends that one with its reason."""

    def __init__(self, base: Base, shelf: Shelf, jobs: Jobs) -> None:
        self.jobs = jobs
        self.copies = HostCopies(shelf.read, base.placement, host_budget(psutil.virtual_memory().available))
        self.metrics = Metrics()
        self.worker = Worker(base, self.metrics, self._tell, self._finish)
        bank = self.worker.bank.bank if self.worker.bank is not None else None
        self.metrics.watch(bank, self.copies, base.placement.device)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="painter")
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                await self._hand_over()
                await self._loop.run_in_executor(self.thread, self.worker.turn)
        finally:
            self.jobs.end(EngineGone(STOPPED))

    async def _hand_over(self) -> None:
        """Gives the worker what it has room for, and waits for a job where it has nothing to do."""
        while self.worker.idle or (self.jobs.waiting and self.worker.has_room):
            job = await self.jobs.next()
            try:
                adapters = [await asyncio.to_thread(self.copies.get, use.sha256) for use in job.request.adapters]
                self.worker.take(job, adapters)
            except StyleSealError as error:
                job.tell(Failed(error))
                job.finish()

    def _tell(self, job: Job, event: Event) -> None:
        self._from_thread(lambda: job.tell(event) if job.done_at is None else None)

    def _finish(self, job: Job) -> None:
        self._from_thread(job.finish)

    def _from_thread(self, change: Callable[[], None]) -> None:
        """The painting thread has the event loop change a job; one that was stopped has no jobs any more."""
        with suppress(RuntimeError):  # of a loop that has ended while the thread was painting on
            if self._loop is not None:
                self._loop.call_soon_threadsafe(change)
