"""Taking turns by virtual time: a round of members inside each server, and a round of servers. Knows of no clock.

Start-time fair queueing (Goyal, Vin and Cheng, 1996): everybody has a virtual time, which grows by what they are given,
and the least is next. Who comes anew begins at the present virtual time: neither those who came before nor those who
waited long in silence can shut the others out.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job, as far as its turn is concerned. Raises `ValueError` where cost or weight is not a number above zero."""

    id: str
    server: str
    member: str
    cost: float
    """In any unit, the same for all."""
    weight: float = 1.0
    """Of the member, among those of the server: whoever has twice the weight is given twice as much."""
    given: int = field(default=0, compare=False)
    """Which it was of all jobs that were given out, from 1; 0 for one that was not."""

    def __post_init__(self) -> None:
        if not (0 < self.cost < inf and 0 < self.weight < inf):
            raise ValueError(f"Job {self.id} needs a cost and a weight above zero, not {self.cost} and {self.weight}.")


@dataclass(slots=True)
class Member:
    time: float
    arrival: int
    jobs: deque[Waiting] = field(default_factory=deque)

    def order(self) -> Sequence[Waiting]:
        return self.jobs


class Server:
    def __init__(self, time: float, arrival: int) -> None:
        self.time = time
        self.arrival = arrival
        self.members = Round(Member, lambda job: job.cost / job.weight)

    @property
    def jobs(self) -> int:
        return self.members.jobs

    def order(self) -> Sequence[Waiting]:
        return self.members.order()


_P = TypeVar("_P", Member, Server)


class Round(Generic[_P]):
    """Parties that take turns: the least time is next; among equals, who came first.

    Each party that is known is in the heap once, with the time and arrival it had when it was put there. Both only
    grow: the heap needs putting right at its top alone. Once no job waits nobody is known, since all are equal then."""

    def __init__(self, party: Callable[[float, int], _P], charge: Callable[[Waiting], float]) -> None:
        self.jobs = 0
        """That wait."""
        self.known: dict[str, _P] = {}
        self._party: Callable[[float, int], _P] = party
        self._charge = charge
        self._now = 0.0
        self._heap: list[tuple[float, int, str]] = []
        self._order: list[Waiting] | None = None

    def enter(self, name: str, arrival: int) -> _P:
        """The party, for which one more job waits."""
        self.jobs += 1
        self._order = None
        if (party := self.known.get(name)) is None:
            party = self.known[name] = self._party(self._now, arrival)
            heappush(self._heap, (party.time, party.arrival, name))
        elif not party.jobs:
            party.arrival = arrival  # and its time is not before the present: it would have been forgotten
        return party

    def first(self) -> _P:
        """Whose turn it is, where a job waits; it is to be served now. Forgets those who wait for nothing and stand
        before: the present will not be before their time any more, and they would begin there anyway."""
        while True:
            time, arrival, name = self._heap[0]
            party = self.known[name]
            if (time, arrival) != (party.time, party.arrival):
                heapreplace(self._heap, (party.time, party.arrival, name))
            elif not party.jobs:
                heappop(self._heap)
                del self.known[name]
            else:
                return party

    def serve(self, party: _P, job: Waiting) -> None:
        """Counts a job for the party that is first."""
        self._now = party.time
        party.time += self._charge(job)

    def leave(self) -> None:
        """One job fewer waits."""
        self.jobs -= 1
        self._order = None
        if not self.jobs:
            self._now = 0.0
            self.known.clear()
            self._heap.clear()

    def order(self) -> Sequence[Waiting]:
        """All that wait, as they would be taken if nobody else came: by the time at which the turn of each begins.
        Sorting takes a fraction of what taking one after the other does."""
        if self._order is None:
            self._order = self._sorted([party for party in self.known.values() if party.jobs])
        return self._order

    def _sorted(self, parties: list[_P]) -> list[Waiting]:
        if len(parties) == 1:
            return list(parties[0].order())
        begins: list[tuple[float, int, int, Waiting]] = []
        for party in parties:
            time, arrival = party.time, party.arrival
            for job in party.order():
                begins.append((time, arrival, len(begins), job))
                time += self._charge(job)
        begins.sort()
        return [job for _, _, _, job in begins]
