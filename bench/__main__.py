"""`make bench`: what putting a style on costs, against loading it for each request. Prints a table.

All ways are measured in turn within each round, on the pocket base with its embedded styles; medians are compared.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from adapters.styles import Catalogue, Style
from engine.adapter import Adapter, read_adapter
from engine.base import Base
from engine.loading import load_base
from engine.pipeline_lane import PipelineLane
from engine.settings import EngineSettings
from engine.worn import WornAdapters
from pocket.location import ADAPTERS
from protocol.paint import AdapterUse, PaintRequest

ROUNDS = 7
STEPS = 20


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ways(base: Base, other: Base, styles: list[Style]) -> dict[str, Callable[[], object]]:
    """What is measured, by name; each call takes the next style. `other` is a second copy of the base, for loading."""
    adapters = [read_adapter(style.path, style.sha256, base) for style in styles]
    lane, loading = PipelineLane(base), WornAdapters(other, 0)
    resident = lane.worn
    turn, files = cycle(adapters), cycle(styles)
    for adapter in adapters:
        resident.wear([(adapter, 1.0)])

    def load_from_file() -> None:
        style = next(files)
        loading.wear([(read_adapter(style.path, style.sha256, other), 1.0)])
        loading.wear([])

    return {
        "put on a resident style": lambda: resident.wear([(next(turn), 1.0)]),
        "load the style from its file and put it on": load_from_file,
        f"a whole picture, {STEPS} steps, a style in turn": lambda: paint(lane, next(turn)),
    }


def paint(lane: PipelineLane, adapter: Adapter) -> None:
    request = PaintRequest(
        prompt="a red astronaut in space", adapters=(AdapterUse(adapter.sha256),), steps=STEPS, seed=7
    ).with_defaults(lane.base.defaults)
    list(lane.paint(request, [adapter], 0, lambda _: None))


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        settings = EngineSettings(base="pocket", data=Path(data))
        base, other = (load_base(settings, lambda _: None) for _ in range(2))
    measured = ways(base, other, list(Catalogue.of(ADAPTERS)))
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(ROUNDS):
        for name, work in measured.items():
            times[name].append(seconds(work))
    table = Table("pocket base, pipeline lane", "median", "against the first")
    first = statistics.median(next(iter(times.values())))
    for name, taken in times.items():
        median = statistics.median(taken)
        table.add_row(name, f"{median * 1000:.1f} ms", f"{median / first:.1f}x")
    Console().print(table)


if __name__ == "__main__":
    main()
