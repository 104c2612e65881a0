"""How long a newcomer waits for its first preview with four requests ahead, and what more work costs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.canonical import Adapter
from bench.throughput import Own, eight_styles
from engine.base import Base
from engine.jobs import Job
from engine.metrics import Metrics
from engine.pipeline_lane import PipelineLane, Step
from engine.worker import Worker
from protocol.events import Event, PartialImage
from protocol.order import PaintOrder

AHEAD = 4


class Watched:
    """A worker, and when each job's first preview came."""

    def __init__(self, base: Base) -> None:
        self.previews: dict[int, float] = {}
        self.worker = Worker(base, Metrics(), self._tell, lambda _: None)

    def take(self, own: Own, number: int, previews: int = 1) -> None:
        order = PaintOrder(request=own.order.request, partial_images=previews)
        self.worker.take(Job(order, own.order.request, number), [own.adapter])

    def run(self) -> None:
        while not self.worker.idle:
            self.worker.turn()

    def _tell(self, job: Job, event: Event) -> None:
        if isinstance(event, PartialImage):
            self.previews.setdefault(job.number, time.perf_counter())


@dataclass(frozen=True, slots=True)
class Wait:
    """For a first preview; a step that several pictures take together counts once."""

    seconds: float
    steps: int


def first_preview(base: Base, folder: Path, rounds: int) -> list[tuple[Wait, Wait]]:
    """The newcomer's wait while four others are ahead, of which the first has begun: first in, first out, one at a
    time; and through the engine's worker, which has worked before."""
    owns = eight_styles(base, folder)[: AHEAD + 1]
    lane, watched = PipelineLane(base), Watched(base)
    found = []
    for turn in range(rounds + 1):
        watched.previews.clear()
        for number, own in enumerate(owns[:AHEAD]):
            watched.take(own, number)
        watched.worker.turn()
        started, steps = time.perf_counter(), 0
        watched.take(owns[AHEAD], AHEAD)
        while AHEAD not in watched.previews:
            watched.worker.turn()
            steps += 1
        ours = Wait(watched.previews[AHEAD] - started, steps)
        watched.run()
        if turn:  # the first is to warm up
            found.append((one_by_one(lane, owns), ours))
    return found


def one_by_one(lane: PipelineLane, owns: Sequence[Own]) -> Wait:
    """From the first step of the first until the preview of the last."""
    steps: list[float] = []
    seen: list[int] = []

    def on_step(step: Step) -> None:
        steps.append(time.perf_counter())
        if step.preview is not None:
            seen.append(len(steps))

    for own in owns:
        list(lane.paint(own.order.request, [own.adapter], 1, on_step))
    return Wait(steps[seen[-1] - 1] - steps[0], seen[-1] - 1)


def pictures_a_second(base: Base, folder: Path, in_flight: int) -> float:
    """With that many requests at once, of eight styles."""
    return painted_a_second(Watched(base), eight_styles(base, folder), in_flight)


def painted_a_second(watched: Watched, owns: Sequence[Own], in_flight: int) -> float:
    """Pictures, over two rounds of so many after one to warm up."""
    for turn in range(3):
        if turn == 1:
            started = time.perf_counter()
        for number in range(in_flight):
            watched.take(owns[number % len(owns)], number, previews=0)
        watched.run()
    return 2 * in_flight / (time.perf_counter() - started)


def with_known_adapters(base: Base, folder: Path, known: int) -> float:
    """Pictures a second, eight in flight, once that many adapters have gone through the bank."""
    owns = eight_styles(base, folder)
    watched = Watched(base)
    bank = watched.worker.bank
    assert bank is not None
    for number in range(known):
        other = Adapter(f"{number:064x}"[::-1], owns[0].adapter.components)
        outfit = bank.bank.acquire([(other, 1.0)])
        assert outfit is not None
        bank.bank.give_back(outfit)
    return painted_a_second(watched, owns, 8)
