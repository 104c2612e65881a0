"""The desk: takes jobs in, knows whose turn it is and how long it will take, and gives them out. Durable and fair."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.form import Letter
from bot.jobs import Job, State
from bot.queue import Ahead, FairQueue, Waiting
from bot.store.jobs import Jobs
from protocol.errors import InvalidRequest

_WEIGHT_OF_THE_LATEST = 0.2
"""In the running mean of how long a unit of cost takes."""
_LEFT_OF_RUNNING = 0.5
"""What is left to do, on average, of a job that is being painted."""


class NoRoom(InvalidRequest):
    """Nothing more is taken in; `key` is of the text that says why, `count` how many wait."""

    def __init__(self, key: str, count: int = 0) -> None:
        super().__init__(f"{key}: {count}")
        self.key = key
        self.count = count


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`turn` is 1 for the next; `at` when it will be done, in Unix seconds, None while nobody can know."""

    turn: int
    at: int | None


class Desk:
    def __init__(
        self, jobs: Jobs, member_jobs: int, server_jobs: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.jobs = jobs
        self._most = (member_jobs, server_jobs)
        self._clock = clock
        self._queue = FairQueue()
        self._waiting: dict[str, Job] = {}
        self._suspects: deque[Job] = deque()
        self._painting: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._alone: str | None = None
        """The suspect that is being painted."""
        self.told: dict[str, int] = {}
        """Which turn their members think these have; `Line` keeps it true, and tidy."""
        self._coming: Counter[str] = Counter()
        """Jobs of a member or a server that are not in line yet, as they are being acknowledged."""
        self._changed = asyncio.Event()
        self._closed = False
        self._seconds_a_unit: float | None = None
        self._since = 0.0
        """From when on the time counts for the next job that is done."""

    @property
    def waiting(self) -> int:
        return len(self._waiting) + len(self._suspects)

    @property
    def painting(self) -> int:
        return len(self._painting)

    def of_member(self, user_id: int) -> list[tuple[Job, Foreseen | None]]:
        """A member's jobs, those that are being painted (without a place) first."""
        painted = [(job, None) for job, _ in self._painting.values() if job.user_id == user_id]
        suspects = [(job, Foreseen(1, None)) for job in self._suspects if job.user_id == user_id]
        places = self._queue.places()
        mine = [job for job in self._waiting.values() if job.user_id == user_id]
        in_line = sorted(((job, self._foreseen(places[job.id])) for job in mine), key=lambda pair: pair[1].turn)
        return [*painted, *suspects, *in_line]

    def of_server(self, server: str) -> tuple[int, int]:
        """How many jobs of a server (`Job.server`) wait, and how many are painted."""
        suspects = sum(job.server == server for job in self._suspects)
        painted = sum(job.server == server for job, _ in self._painting.values())
        return self._queue.of_server(server) + suspects, painted

    def line(self) -> list[tuple[Job, Foreseen]]:
        """All that wait in line."""
        places = self._queue.places()
        return [(job, self._foreseen(places[job.id])) for job in self._waiting.values()]

    def close(self) -> None:
        """Nothing more is taken in or given out."""
        self._closed = True

    @contextmanager
    def room_for(self, user_id: int, server: str) -> Iterator[None]:
        """For taking in one more job of a member, which counts from here on. Raises `NoRoom`."""
        if self._closed:
            raise NoRoom("closing")
        member = f"of {user_id}"
        mine = self._queue.of_member(str(user_id)) + self._coming[member]
        theirs = self._queue.of_server(server) + self._coming[server]
        for count, most, key in ((mine, self._most[0], "too_many"), (theirs, self._most[1], "server_full")):
            if count >= most:
                raise NoRoom(key, count)
        self._coming.update((member, server))
        try:
            yield
        finally:
            self._coming.subtract((member, server))
            self._coming += Counter()  # without those that are at zero

    def add(self, job: Job) -> None:
        """One that is in the database already."""
        if job.suspect:
            self._suspects.append(job)
        else:
            self._waiting[job.id] = job
            self._queue.add(_waiting(job))
        self._changed.set()

    async def next(self) -> Job:
        """Waits for a job, and gives the one whose turn it is; `begin` is to follow."""
        while True:
            if (job := self._turn()) is None:
                self._changed.clear()
                await self._changed.wait()
            elif await self.jobs.move(job.id, to=State.PAINTING):
                return job

    def begin(self, job: Job, task: asyncio.Task[None]) -> None:
        """The task paints it from now on; cancelling it stops that."""
        if not self._painting:
            self._since = self._clock()
        if job.suspect:
            self._alone = job.id
        self._painting[job.id] = (job, task)

    async def idle(self) -> None:
        """Waits until nothing is painted."""
        while self._painting:
            self._changed.clear()
            await self._changed.wait()

    def leave(self, id: str) -> None:
        """It is not painted any more."""
        self._painting.pop(id, None)
        if self._alone == id:
            self._alone = None
        self._changed.set()

    async def cancel(self, id: str, letter: Letter | None = None) -> bool:
        """Whether there was something to cancel; the letter says so in its message."""
        if not await self.jobs.move(id, to=State.CANCELLED, letter=letter):
            return False
        if (painted := self._painting.get(id)) is not None:
            painted[1].cancel()
        self._queue.remove(id)
        self._waiting.pop(id, None)
        self._suspects = deque(job for job in self._suspects if job.id != id)
        return True

    def foreseen(self, job: Job) -> Foreseen:
        """What to tell the member of a job that waits, or is not in line yet; by what pictures took lately."""
        foreseen = self._foreseen(self._queue.ahead_of(_waiting(job)))
        self.told[job.id] = foreseen.turn
        return foreseen

    def took(self, job: Job) -> None:
        """Learns from a picture that is done. Those that were painted together share their time."""
        now = self._clock()
        measured, self._since = (now - self._since) / job.cost, now
        before = self._seconds_a_unit
        self._seconds_a_unit = measured if before is None else before + _WEIGHT_OF_THE_LATEST * (measured - before)

    def _turn(self) -> Job | None:
        if self._closed or self._alone is not None:
            return None
        if self._suspects:
            return None if self._painting else self._suspects.popleft()
        turn = self._queue.next()
        return None if turn is None else self._waiting.pop(turn.id)

    def _foreseen(self, ahead: Ahead) -> Foreseen:
        running = _LEFT_OF_RUNNING * sum(job.cost for job, _ in self._painting.values())
        seconds = self._seconds_a_unit
        at = None if seconds is None else round(time.time() + (ahead.cost + running) * seconds)
        return Foreseen(ahead.turn, at)


def _waiting(job: Job) -> Waiting:
    return Waiting(job.id, job.server, str(job.user_id), job.cost, job.weight)
