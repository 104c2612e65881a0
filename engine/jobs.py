"""The orders an engine has, from arrival to their last event, each followed by whoever asked.

A job is cancelled when nobody follows it any more. An order sent twice under one idempotency key is one job with two
followers; a finished one stays for a while, so that an answer lost on the way can be asked for again.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from protocol.errors import Cancelled, EngineBusy, IdempotencyConflict, StyleSealError
from protocol.events import Completed, Event, Failed, PartialImage, Queued
from protocol.order import PaintOrder
from protocol.paint import ResolvedRequest

KEPT_SECONDS = 600
KEPT_JOBS = 32
KEPT_BYTES = 256 * 2**20
"""Of the pictures in them together."""


@dataclass(eq=False, slots=True)
class Job:
    """`cancelled` is read by the painting thread; everything else belongs to the event loop."""

    order: PaintOrder
    request: ResolvedRequest
    number: int
    cancelled: threading.Event = field(default_factory=threading.Event)
    events: list[Event] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    followers: int = 0
    arrived: float = field(default_factory=time.monotonic)
    done_at: float | None = None

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.changed.set()
        self.changed = asyncio.Event()

    def finish(self) -> None:
        self.done_at = time.monotonic()
        self.changed.set()

    @property
    def picture_bytes(self) -> int:
        """What its pictures take in memory, previews and the one painted over among them."""
        painted = sum(len(event.png) for event in self.events if isinstance(event, PartialImage | Completed))
        return painted + len(self.request.init_image or b"")

    @property
    def turn(self) -> tuple[int, int]:
        """Its place among those that wait: higher priority first, then first come, first served."""
        return (-self.order.priority, self.number)


class Jobs:
    """Those that wait, those being painted, and those just done."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.waiting: list[Job] = []
        self.running: list[Job] = []
        self.arrived = asyncio.Event()
        self._by_key: dict[str, Job] = {}
        self._count = 0

    def take_in(self, order: PaintOrder, request: ResolvedRequest) -> Job:
        """The job of an order. Raises `EngineBusy` when the queue is full, `IdempotencyConflict` for a used key."""
        self._forget_old()
        if order.idempotency_key is not None and (known := self._by_key.get(order.idempotency_key)) is not None:
            if known.order.request != order.request:
                raise IdempotencyConflict("This idempotency key was used for another request.", param="idempotency_key")
            return known
        if len(self.waiting) >= self.capacity:
            raise EngineBusy(f"The engine has {self.capacity} requests waiting already; ask again in a while.")
        self._count += 1
        job = Job(order, request, self._count)
        self.waiting.append(job)
        self.waiting.sort(key=lambda waiting: waiting.turn)
        if order.idempotency_key is not None:
            self._by_key[order.idempotency_key] = job
        self._tell_places()
        self.arrived.set()
        return job

    async def next(self) -> Job:
        """Waits for the job whose turn it is, and takes it out of the queue."""
        while not self.waiting:
            self.arrived.clear()
            await self.arrived.wait()
        job = self.waiting.pop(0)
        self.running = [other for other in self.running if other.done_at is None] + [job]
        self._tell_places()
        return job

    @contextmanager
    def follow(self, job: Job) -> Iterator[AsyncGenerator[Event, None]]:
        """The job's events from its first on, then as they come. Leaving early gives the job up, and does so also for
        one who leaves before listening, as a generator's own `finally` would not."""
        job.followers += 1
        try:
            yield _events(job)
        finally:
            job.followers -= 1
            if job.followers == 0 and job.done_at is None:
                self.cancel(job)

    def cancel(self, job: Job) -> None:
        """Takes a waiting job out of the queue; one that is being painted stops at its next step."""
        job.cancelled.set()
        self._forget(job)
        if job in self.waiting:
            self.waiting.remove(job)
            job.tell(Failed(Cancelled("The request was cancelled.")))
            job.finish()
            self._tell_places()

    def end(self, error: StyleSealError) -> None:
        """Ends all there are with this error: there is nobody to paint them any more."""
        unfinished = [job for job in (*self.running, *self.waiting) if job.done_at is None]
        self.running, self.waiting = [], []
        for job in unfinished:
            job.cancelled.set()
            job.tell(Failed(error))
            job.finish()

    def _tell_places(self) -> None:
        """Those being painted go first as well."""
        ahead = sum(job.done_at is None for job in self.running)
        for place, job in enumerate(self.waiting, ahead):
            if not job.events or job.events[-1] != Queued(place):
                job.tell(Queued(place))

    def _forget_old(self) -> None:
        """Keeps the latest of those that are done: so many, for so long, in so much memory."""
        done = [(job.done_at, job) for job in self._by_key.values() if job.done_at is not None]
        room = KEPT_BYTES
        for number, (done_at, job) in enumerate(sorted(done, key=lambda pair: pair[0], reverse=True)):
            room -= job.picture_bytes
            if number >= KEPT_JOBS or room < 0 or time.monotonic() - done_at > KEPT_SECONDS:
                self._forget(job)

    def _forget(self, job: Job) -> None:
        if job.order.idempotency_key is not None and self._by_key.get(job.order.idempotency_key) is job:
            del self._by_key[job.order.idempotency_key]


async def _events(job: Job) -> AsyncGenerator[Event, None]:
    seen = 0
    while True:
        changed = job.changed
        while seen < len(job.events):
            seen += 1
            yield job.events[seen - 1]
        if job.done_at is not None:
            return
        await changed.wait()
