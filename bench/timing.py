"""Interleaved timing: every way is measured in turn within each round, and medians are compared."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.progress import track


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds by round."""

    name: str
    taken: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.taken)


def measure(
    ways: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> list[Timing]:
    """One untimed round to warm up, then `rounds` of them. Process time leaves out what others do meanwhile."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for work in ways.values():
        work()
    for _ in track(range(rounds), "measuring", transient=True):
        for name, work in ways.items():
            started = clock()
            work()
            taken[name].append(clock() - started)
    return [Timing(name, tuple(seconds)) for name, seconds in taken.items()]


def table(title: str, timings: list[Timing], per: int = 1) -> list[str]:
    """A Markdown table; the last way is what the others are held against. `per` divides the time, as by pictures."""
    last = timings[-1].median
    rows = [f"| {title} | median | takes |", "| --- | ---: | ---: |"]
    return rows + [f"| {t.name} | {shown(t.median / per)} | {t.median / last:.2f}x |" for t in timings]


def shown(seconds: float) -> str:
    milliseconds = 1000 * seconds
    return f"{milliseconds:.1f} ms" if milliseconds >= 1 else f"{milliseconds:.2f} ms"
