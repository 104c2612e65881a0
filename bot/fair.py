"""Whose turn it is: fair between servers, then between the members of each. Plain Python; stores nothing.

Start-time fair queueing (Goyal, Vin and Cheng, 1996) on two levels: everybody has a virtual time, which grows by the
cost of what they are given, and the least is next. Who comes anew begins at the present virtual time: neither those who
came before nor those who waited long in silence can shut the others out.
"""

from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field


@dataclass(slots=True)
class Waiting:
    """A job, as far as its turn is concerned."""

    id: str
    server: str
    member: str
    cost: float


@dataclass(slots=True)
class _Member:
    time: float
    arrival: int
    jobs: deque[Waiting] = field(default_factory=deque)


@dataclass(slots=True)
class _Server:
    time: float
    arrival: int
    now: float = 0.0
    members: dict[str, _Member] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        return any(member.jobs for member in self.members.values())


class FairQueue:
    def __init__(self) -> None:
        self._servers: dict[str, _Server] = {}
        self._now = 0.0
        self._arrivals = 0
        self._jobs: dict[str, Waiting] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, id: object) -> bool:
        return id in self._jobs

    def add(self, job: Waiting) -> None:
        """One that does not wait yet."""
        assert job.id not in self._jobs, job.id
        self._arrivals += 1
        server = self._servers.setdefault(job.server, _Server(self._now, self._arrivals))
        if not server.waits:
            server.time, server.arrival = max(server.time, self._now), self._arrivals
        member = server.members.setdefault(job.member, _Member(server.now, self._arrivals))
        if not member.jobs:
            member.time, member.arrival = max(member.time, server.now), self._arrivals
        member.jobs.append(job)
        self._jobs[job.id] = job

    def next(self) -> Waiting | None:
        """Takes out the one whose turn it is; None where nobody waits."""
        waiting = [server for server in self._servers.values() if server.waits]
        if not waiting:
            return None
        server = min(waiting, key=lambda one: (one.time, one.arrival))
        member = min((m for m in server.members.values() if m.jobs), key=lambda one: (one.time, one.arrival))
        job = member.jobs.popleft()
        del self._jobs[job.id]
        self._now, server.now = server.time, member.time
        server.time += job.cost
        member.time += job.cost
        self._tidy()
        return job

    def remove(self, id: str) -> bool:
        """Whether it was there."""
        if (job := self._jobs.pop(id, None)) is None:
            return False
        self._servers[job.server].members[job.member].jobs.remove(job)
        return True

    def of(self, member: str) -> int:
        """How many jobs of a member wait."""
        return sum(job.member == member for job in self._jobs.values())

    def order(self) -> Iterator[Waiting]:
        """All that wait, as they would be taken if nobody else came."""
        ahead = deepcopy(self)
        while (job := ahead.next()) is not None:
            yield job

    def _tidy(self) -> None:
        """Forgets those who wait for nothing and whose time is past, since they would begin at the present anyway; and
        everybody, once nobody waits."""
        for server in self._servers.values():
            past = server.now if server.waits else float("inf")
            for name in [name for name, m in server.members.items() if not m.jobs and m.time <= past]:
                del server.members[name]
        past = self._now if self._jobs else float("inf")
        for name in [name for name, s in self._servers.items() if not s.waits and s.time <= past]:
            del self._servers[name]
