"""How many rows a batch is worth: measured while painting, for each size, and no further than it pays."""

from collections import defaultdict, deque
from collections.abc import Hashable
from statistics import median

PAYS = 0.95
"""Twice the rows must take less than this share of the time for each row."""
KEPT = 9
"""Of the latest measurements the median counts."""
SURE = 3


class Knee:
    """Batches grow by doubling: the next size is tried once the last one has been seen to pay."""

    def __init__(self, smallest: int = 4, largest: int = 64) -> None:
        self.smallest, self.largest = smallest, largest
        self._seconds: dict[tuple[Hashable, int], deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._ceiling: dict[Hashable, int] = {}

    def note(self, group: Hashable, rows: int, seconds: float) -> None:
        """One step of that many rows took so long. Other numbers than powers of two are not compared."""
        if rows & (rows - 1) == 0:
            self._seconds[group, rows].append(seconds / rows)

    def lower(self, group: Hashable, rows: int) -> None:
        """So many rows did not fit into the memory: never again more than half of them."""
        self._ceiling[group] = max(1, min(rows // 2, self._ceiling.get(group, rows)))

    def __call__(self, group: Hashable) -> int:
        """The most rows that a batch of this group should have."""
        rows = self.smallest
        while rows < self.largest and self._pays(group, rows):
            rows *= 2
        return min(rows, self._ceiling.get(group, rows))

    def _pays(self, group: Hashable, rows: int) -> bool:
        """Whether to go beyond so many rows: they have been measured, and were worth it against half as many."""
        times, half = self._seconds[group, rows], self._seconds[group, rows // 2]
        if len(times) < SURE:
            return False
        return rows == self.smallest or len(half) < SURE or median(times) < PAYS * median(half)
