"""How fast the engine paints, from what it painted lately. Knows of no queue."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_REMEMBERED = 0.9
"""Of what was known, with each job that is painted."""


class Pace:
    """Those that are painted together share the time: each has its part of every second that it is inside."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._inside = 0
        self._at = 0.0
        self._part = 0.0
        """Seconds that somebody who was inside all the time has had for themselves."""
        self._seconds = 0.0
        self._cost = 0.0

    @property
    def seconds_a_unit(self) -> float | None:
        """Of cost, for all of the engine; None before the first job."""
        return self._seconds / self._cost if self._cost else None

    @contextmanager
    def of(self, cost: float) -> Iterator[None]:
        """Inside, the engine paints a job of that cost; one that is not finished teaches nothing."""
        self._pass(1)
        began, finished = self._part, False
        try:
            yield
            finished = True
        finally:
            self._pass(-1)
            if finished:
                self._seconds = _REMEMBERED * self._seconds + self._part - began
                self._cost = _REMEMBERED * self._cost + cost

    def _pass(self, more: int) -> None:
        now = self._clock()
        if self._inside:
            self._part += (now - self._at) / self._inside
        self._at = now
        self._inside += more
