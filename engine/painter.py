"""Brings the engine's jobs to the painting thread, between its turns, so that the server always answers."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil

from adapters.canonical import Adapter
from engine.base import Base
from engine.host_copies import HostCopies, host_budget
from engine.jobs import Job, Jobs
from engine.metrics import Metrics
from engine.screening import Screen
from engine.settings import EngineSettings
from engine.shelf import Shelf
from engine.worker import IN_FLIGHT, Worker, wrapped
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Event, Failed

STOPPED = "The engine was stopped before the picture was done."
IDLE_SECONDS = 300.0
"""Without work, after which the engine gives memory back."""
log = logging.getLogger(__name__)


class Painter:
    """`run` paints jobs until it is cancelled; whatever goes wrong with one of them ends that one with its reason."""

    def __init__(
        self, base: Base, shelf: Shelf, jobs: Jobs, settings: EngineSettings, screen: Screen | None = None
    ) -> None:
        self.jobs = jobs
        self.metrics = Metrics()
        self.worker = Worker(base, self.metrics, self._tell, self._finish, settings.compile, screen)
        self.idle_unload = settings.idle_unload
        """In minutes; 0 is never."""
        bank = self.worker.bank.bank if self.worker.bank is not None else None
        budget = host_budget(psutil.virtual_memory().available)
        self.copies = HostCopies(shelf.read, base.placement, budget, bank.columns if bank is not None else None)
        self.metrics.watch(bank, self.copies, base.placement.device)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="painter")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._coming = 0
        """Pictures whose adapters are being read."""
        self._ready: asyncio.Queue[tuple[Job, Sequence[Adapter]]] = asyncio.Queue()
        self._after_turn = asyncio.Event()

    async def warm_up(self) -> None:
        """To be awaited before `run`; takes minutes where the denoiser is compiled."""
        await asyncio.get_running_loop().run_in_executor(self.thread, self.worker.warm_up)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._fetch(tasks))
                tasks.create_task(self._paint(self._loop))
        finally:
            self.jobs.end(EngineGone(STOPPED))

    async def _fetch(self, tasks: asyncio.TaskGroup) -> None:
        """Takes as many jobs as may be in flight; painting goes on while their adapters are read."""
        while True:
            while len(self.worker.works) + self._coming >= IN_FLIGHT:
                self._after_turn.clear()
                await self._after_turn.wait()
            job = await self.jobs.next()
            self._coming += job.request.count
            tasks.create_task(self._read(job))

    async def _read(self, job: Job) -> None:
        try:
            adapters = [await asyncio.to_thread(self.copies.get, use.sha256) for use in job.request.adapters]
        except Exception as error:
            self._here(job)
            self._refuse(job, error)
        else:
            self._ready.put_nowait((job, adapters))

    async def _paint(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            if self.worker.idle:
                job, adapters = await self._next(loop)
                try:
                    await loop.run_in_executor(self.thread, self.worker.wake)
                except Exception as error:
                    self._here(job)
                    self._refuse(job, error)
                    continue
                self._hand_over(job, adapters)
            while not self._ready.empty():
                self._hand_over(*self._ready.get_nowait())
            await loop.run_in_executor(self.thread, self.worker.turn)
            self._after_turn.set()

    async def _next(self, loop: asyncio.AbstractEventLoop) -> tuple[Job, Sequence[Adapter]]:
        """Waits for work. When that takes long, memory is put in order meanwhile, or the device left."""
        chores = [(IDLE_SECONDS, self.worker.tidy)]
        if self.idle_unload:
            chores.append((60 * self.idle_unload, self.worker.sleep))
        waited = 0.0
        for after, chore in sorted(chores, key=lambda chore: chore[0]):
            with suppress(TimeoutError):
                async with asyncio.timeout(after - waited):
                    return await self._ready.get()
            waited = after
            try:
                await loop.run_in_executor(self.thread, chore)
            except Exception:  # the engine paints on without it
                log.exception("putting memory in order failed")
        return await self._ready.get()

    def _hand_over(self, job: Job, adapters: Sequence[Adapter]) -> None:
        try:
            self.worker.take(job, adapters)
        except Exception as error:
            self._refuse(job, error)
        self._here(job)

    def _here(self, job: Job) -> None:
        """It is not coming any more: the worker has it, or it has failed. There may be room for another."""
        self._coming -= job.request.count
        self._after_turn.set()

    def _refuse(self, job: Job, error: Exception) -> None:
        if not isinstance(error, StyleSealError):
            log.error("job %d failed", job.number, exc_info=error)
            error = wrapped(error)
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
