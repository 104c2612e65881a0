"""The desk: takes jobs in, knows whose turn it is and how long it will take, and gives them out. Durable and fair."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from bot.fair import FairQueue, Waiting
from bot.jobs import Job, State
from bot.store.jobs import Jobs
from protocol.errors import InvalidRequest

_WEIGHT_OF_THE_LATEST = 0.2
"""In the running mean of how long a unit of cost takes."""


class TooMany(InvalidRequest):
    """A member has as many jobs waiting as they may."""

    def __init__(self, count: int) -> None:
        super().__init__(f"There are {count} waiting already.")
        self.count = count


class Desk:
    def __init__(self, jobs: Jobs, member_jobs: int) -> None:
        self.jobs = jobs
        self._member_jobs = member_jobs
        self._queue = FairQueue()
        self._waiting: dict[str, Job] = {}
        self.painting: dict[str, asyncio.Task[None]] = {}
        """By job; cancelling one stops it."""
        self._coming: Counter[int] = Counter()
        """Jobs of a member that are not in line yet, as they are being acknowledged."""
        self._arrived = asyncio.Event()
        self._seconds_a_unit: float | None = None

    async def reopen(self) -> None:
        """Takes up what was not finished when the bot ended."""
        for job in await self.jobs.unfinished():
            self.add(job)

    @contextmanager
    def room_for(self, user_id: int) -> Iterator[None]:
        """For taking in one more job of a member, which counts from here on. Raises `TooMany`."""
        count = self._queue.of(str(user_id)) + self._coming[user_id]
        if count >= self._member_jobs:
            raise TooMany(count)
        self._coming[user_id] += 1
        try:
            yield
        finally:
            self._coming[user_id] -= 1
            if not self._coming[user_id]:
                del self._coming[user_id]

    def add(self, job: Job) -> None:
        """One that is in the database already."""
        self._waiting[job.id] = job
        self._queue.add(_waiting(job))
        self._arrived.set()

    async def next(self) -> Job:
        """Waits for a job, and gives the one whose turn it is; it is being painted from now on."""
        while True:
            if (turn := self._queue.next()) is not None:
                job = self._waiting.pop(turn.id)
                if await self.jobs.move(job.id, to=State.PAINTING):
                    return job
                continue
            self._arrived.clear()
            await self._arrived.wait()

    async def cancel(self, id: str) -> bool:
        """Whether there was something to cancel."""
        if (task := self.painting.get(id)) is not None:
            return await self.jobs.move(id, to=State.CANCELLED) and task.cancel()
        self._queue.remove(id)
        self._waiting.pop(id, None)
        return await self.jobs.move(id, to=State.CANCELLED)

    def foreseen(self, job: Job) -> tuple[int, int | None]:
        """Which turn a job would have that is not in line yet, from 1, and when it would be done, in Unix seconds, by
        what pictures took lately; None while nobody can know."""
        ahead = deepcopy(self._queue)
        ahead.add(_waiting(job))
        order = list(ahead.order())
        turn = 1 + next(number for number, other in enumerate(order) if other.id == job.id)
        cost, seconds = sum(other.cost for other in order[:turn]), self._seconds_a_unit
        return turn, None if seconds is None else round(time.time() + cost * seconds)

    def took(self, job: Job, seconds: float) -> None:
        """Learns from a picture that is done."""
        measured = seconds / job.cost
        before = self._seconds_a_unit
        self._seconds_a_unit = measured if before is None else before + _WEIGHT_OF_THE_LATEST * (measured - before)


def _waiting(job: Job) -> Waiting:
    return Waiting(job.id, job.server, str(job.user_id), job.cost)
