"""Which pictures are painted, and which of them take the next denoising step together. Knows nothing of tensors.

The unit is one step of one group: pictures whose rows fit into one batch. Newcomers run to their first preview before
older ones go on; then first come, first served, higher priority before lower. Only so many newcomers go before an older
picture, so that everyone ends.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

OVERTAKEN_AT_MOST = 8
"""Times that a picture whose adapters find no room yet lets others go first."""

PATIENCE = 2
"""Flights of newcomers that go before an older picture."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One picture as the scheduler sees it. `number` counts up in the order of arrival."""

    number: int
    group: tuple[Hashable, ...]
    """The lane, and what decides the shapes in it."""
    rows: int
    steps: int
    preview_at: int = 0
    """Steps until its first preview; 0 if it has none."""
    priority: int = 0
    done: int = 0
    overtaken: int = 0
    alone: bool = False
    """Only goes on once nobody else is in flight: memory is short."""

    @property
    def newcomer(self) -> bool:
        """One that would be finished by its preview is none: many short ones would starve the others."""
        return self.done < self.preview_at < self.steps


class Scheduler:
    """`in_flight` pictures are painted at once, at most; `limit` gives the most rows of a group's batch."""

    def __init__(self, in_flight: int, limit: Callable[[tuple[Hashable, ...]], int]) -> None:
        self.in_flight = in_flight
        self.limit = limit
        self.waiting: list[Ticket] = []
        self.running: list[Ticket] = []

    def add(self, ticket: Ticket) -> None:
        self.waiting.append(ticket)
        self.waiting.sort(key=lambda waiting: (-waiting.priority, waiting.number))

    def remove(self, ticket: Ticket) -> None:
        """One that is finished, or that nobody wants any more."""
        for tickets in (self.waiting, self.running):
            if ticket in tickets:
                tickets.remove(ticket)

    def admit(self, can_start: Callable[[Ticket], bool]) -> list[Ticket]:
        """Those that begin now, in their order. `can_start` gets hold of what a picture needs, all of it or nothing.

        One that cannot start lets later ones go first, but not for ever.
        """
        started: list[Ticket] = []
        held_up: list[Ticket] = []
        if any(ticket.alone for ticket in self.running):
            return started
        for ticket in list(self.waiting):
            if len(self.running) >= self.in_flight or any(t.overtaken >= OVERTAKEN_AT_MOST for t in held_up):
                break
            can = can_start(ticket)
            if ticket not in self.waiting:
                continue  # it was found that it never can, and removed
            if not can:
                held_up.append(ticket)
                continue
            for other in held_up:
                other.overtaken += 1
            self.waiting.remove(ticket)
            self.running.append(ticket)
            started.append(ticket)
        return started

    def batch(self) -> list[Ticket]:
        """Those that take the next step together: the one whose turn it is, and who fits beside it."""
        able = [ticket for ticket in self.running if ticket.done < ticket.steps and not ticket.alone]
        if not able:  # then those who want to be alone, one after the other
            return sorted((t for t in self.running if t.done < t.steps), key=self._turn)[:1]
        chosen: list[Ticket] = []
        rows = 0
        for ticket in sorted(able, key=self._turn):
            if chosen and (ticket.group != chosen[0].group or rows + ticket.rows > self.limit(ticket.group)):
                continue
            chosen.append(ticket)
            rows += ticket.rows
        return chosen

    def _turn(self, ticket: Ticket) -> tuple[int, bool, int]:
        """Newcomers go first while the oldest has not seen too many of them: those of its size take it along, but one
        of another size would wait for as long as they come."""
        oldest = min(other.number for other in self.running)
        first = ticket.newcomer and ticket.number < oldest + PATIENCE * self.in_flight
        return (-ticket.priority, not first, ticket.number)
