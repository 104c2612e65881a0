"""The desk: takes jobs in, knows whose turn it is and how long it will take, and gives them out. Durable and fair."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.form import Letter
from bot.jobs import Job, State
from bot.pace import Pace
from bot.queue import Ahead, FairQueue, Waiting
from bot.store.database import StoreFailed
from bot.store.jobs import Jobs
from protocol.errors import InvalidRequest

log = logging.getLogger(__name__)
_AGAIN_SECONDS = 1.0
"""After which a database that could not be written is tried again."""
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
        self.pace = Pace(clock)
        self._queue = FairQueue()
        self._waiting: dict[str, Job] = {}
        self._turns: dict[str, Waiting] = {}
        """Of those that are painted, as the queue gave them."""
        self._painting: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._alone: str | None = None
        """The suspect that is being painted."""
        self.told: dict[str, int] = {}
        """Which turn their members think these have; `Told` keeps it true, and tidy."""
        self._coming: Counter[str] = Counter()
        """Jobs of a member or a server that are not in line yet, as they are being acknowledged."""
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def painting(self) -> int:
        return len(self._painting)

    def of_member(self, user_id: int) -> list[tuple[Job, Foreseen | None]]:
        """A member's jobs, those that are being painted (without a place) first."""
        painted = [(job, None) for job in self._painted() if job.user_id == user_id]
        places = self._queue.places()
        mine = [job for job in self._waiting.values() if job.user_id == user_id]
        in_line = sorted(((job, self._foreseen(places[job.id])) for job in mine), key=lambda pair: pair[1].turn)
        return [*painted, *in_line]

    def of_server(self, server: str) -> tuple[int, int]:
        """How many jobs of a server (`Job.server`) wait, and how many are painted."""
        painted = sum(job.server == server for job in self._painted())
        return self._queue.of_server(server), painted

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
        """One that is in the database already. A suspect had its turn, and goes before the others."""
        self._waiting[job.id] = job
        if job.suspect:
            self._queue.put_back(self._turns.get(job.id, _waiting(job)))
        else:
            self._queue.add(_waiting(job))
        self._changed.set()

    async def next(self) -> Job:
        """Waits for a job, and gives the one whose turn it is; `begin` is to follow."""
        while True:
            if (job := self._turn()) is None:
                self._changed.clear()
                await self._changed.wait()
                continue
            try:
                if await self.jobs.move(job.id, to=State.PAINTING):
                    return job
                self._turns.pop(job.id)
            except StoreFailed as wrong:
                log.warning("job %s waits on: %s", job.id, wrong.sentence)
                self._waiting[job.id] = job
                self._queue.put_back(self._turns.pop(job.id))
                await asyncio.sleep(_AGAIN_SECONDS)

    def begin(self, job: Job, task: asyncio.Task[None]) -> None:
        """The task paints it from now on; cancelling it stops that."""
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
        self._turns.pop(id, None)
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
        return True

    def foreseen(self, job: Job) -> Foreseen:
        """What to tell the member of a job that waits, or is not in line yet; by what pictures took lately."""
        foreseen = self._foreseen(self._queue.ahead_of(_waiting(job)))
        self.told[job.id] = foreseen.turn
        return foreseen

    def _turn(self) -> Job | None:
        if self._closed or self._alone is not None:
            return None
        if self._painting and any(job.suspect for job in self._waiting.values()):
            return None
        if (turn := self._queue.next()) is None:
            return None
        self._turns[turn.id] = turn
        return self._waiting.pop(turn.id)

    def _painted(self) -> list[Job]:
        """Those that go on: one that was cancelled takes a moment to stop."""
        return [job for job, task in self._painting.values() if not task.cancelling()]

    def _foreseen(self, ahead: Ahead) -> Foreseen:
        running = _LEFT_OF_RUNNING * sum(job.cost for job, _ in self._painting.values())
        seconds = self.pace.seconds_a_unit
        at = None if seconds is None else round(time.time() + (ahead.cost + running) * seconds)
        return Foreseen(ahead.turn, at)


def _waiting(job: Job) -> Waiting:
    return Waiting(job.id, job.server, str(job.user_id), job.cost, job.weight)
