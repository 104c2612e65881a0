"""The fair queue: whose turn it is, among servers, then among the members of each. Plain Python; stores nothing.

What has to be given once more (the engine crashed) goes before everything else, in the order in which it was given, and
does not count again. The cost is not taken off anybody's time instead: a time before the present would be credit for
whoever had gone meanwhile, and a time held at the present would let those overtake who came after the turn.
"""

from bisect import insort
from collections import Counter
from dataclasses import dataclass, replace

from bot.turns import Round, Server, Waiting

__all__ = ["Ahead", "FairQueue", "Waiting"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes until a job is done."""

    turn: int
    """From 1, which is next."""
    cost: float
    """Of all up to this job, and of itself; in the unit of `Waiting.cost`."""


class FairQueue:
    def __init__(self) -> None:
        self._again: list[Waiting] = []
        self._servers = Round(Server, lambda job: job.cost)
        self._arrivals = 0
        self._given = 0
        self._jobs: dict[str, Waiting] = {}
        self._of_member: Counter[str] = Counter()
        self._of_server: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, id: object) -> bool:
        return id in self._jobs

    def of_member(self, member: str) -> int:
        """How many jobs of a member wait, in all servers."""
        return self._of_member[member]

    def of_server(self, server: str) -> int:
        """How many jobs of a server wait."""
        return self._of_server[server]

    def add(self, job: Waiting) -> None:
        """One that does not wait yet. It counts when it is given, even if it was given before."""
        job = replace(job, given=0) if job.given else job
        self._note(job)
        self._arrivals += 1
        server = self._servers.enter(job.server, self._arrivals)
        server.members.enter(job.member, self._arrivals).jobs.append(job)

    def put_back(self, job: Waiting) -> None:
        """One that was given and has to be given once more, before all others. It does not count again, however often
        it is put back: whoever does that bounds it. Those that another queue gave, before a restart, have `given` 0 and
        come first, in the order of the calls."""
        self._note(job)
        insort(self._again, job, key=lambda one: one.given)

    def next(self) -> Waiting | None:
        """Takes out the one whose turn it is; None where nobody waits."""
        if not self._jobs:
            return None
        job = self._again.pop(0) if self._again else self._take()
        self._forget(job)
        self._given += 1
        return replace(job, given=job.given or self._given)

    def remove(self, id: str) -> bool:
        """Whether it was there. One that was put back has counted, as if it had been cancelled while it was painted."""
        if (job := self._jobs.get(id)) is None:
            return False
        self._forget(job)
        if job in self._again:
            self._again.remove(job)
            return True
        server = self._servers.known[job.server]
        server.members.known[job.member].jobs.remove(job)
        server.members.leave()
        self._servers.leave()
        return True

    def order(self) -> list[Waiting]:
        """All that wait, as they would be taken if nobody else came."""
        return [*self._again, *self._servers.order()]

    def places(self) -> dict[str, Ahead]:
        """Of all that wait, by their ids."""
        places, cost = {}, 0.0
        for turn, job in enumerate(self.order(), 1):
            cost += job.cost
            places[job.id] = Ahead(turn, cost)
        return places

    def ahead_of(self, job: Waiting) -> Ahead:
        """Of one that waits, or of another as if it were added now. Asking changes nobody's turn."""
        if job.id in self._jobs:
            return self._place(job.id)
        self.add(job)
        place = self._place(job.id)
        self.remove(job.id)
        return place

    def _place(self, id: str) -> Ahead:
        order = self.order()
        turn = 1 + next(number for number, job in enumerate(order) if job.id == id)
        return Ahead(turn, sum(job.cost for job in order[:turn]))

    def _take(self) -> Waiting:
        server = self._servers.first()
        member = server.members.first()
        job = member.jobs.popleft()
        server.members.serve(member, job)
        server.members.leave()
        self._servers.serve(server, job)
        self._servers.leave()
        return job

    def _note(self, job: Waiting) -> None:
        assert job.id not in self._jobs, job.id
        self._jobs[job.id] = job
        self._of_member[job.member] += 1
        self._of_server[job.server] += 1

    def _forget(self, job: Waiting) -> None:
        del self._jobs[job.id]
        for counts, name in ((self._of_member, job.member), (self._of_server, job.server)):
            counts[name] -= 1
            if not counts[name]:
                del counts[name]
