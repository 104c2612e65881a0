"""How long a newcomer waits for its first preview with four requests ahead, and what more work costs."""

import time
from collections.abc import Sequence
from pathlib import Path

from bench.throughput import STEPS, Own, eight_styles
from engine.adapter import Adapter
from engine.base import Base
from engine.jobs import Job
from engine.metrics import Metrics
from engine.pipeline_lane import PipelineLane, Step
from engine.previews import preview_steps
from engine.scheduler import Scheduler, Ticket
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


def first_preview(base: Base, folder: Path, rounds: int) -> list[tuple[float, float]]:
    """Seconds to the newcomer's first preview: first in, first out, one at a time; and through the engine's worker."""
    owns = eight_styles(base, folder)[: AHEAD + 1]
    lane = PipelineLane(base)
    found = []
    for _ in range(rounds):
        watched = Watched(base)
        for number, own in enumerate(owns[:AHEAD]):
            watched.take(own, number)
        watched.worker.turn()
        started = time.perf_counter()
        watched.take(owns[AHEAD], AHEAD)
        watched.run()
        found.append((one_by_one(lane, owns), watched.previews[AHEAD] - started))
    return found


def virtual_steps() -> tuple[int, int]:
    """Denoising steps until the newcomer's first preview, whatever each takes: one request at a time, and scheduled."""
    first = preview_steps(STEPS, 1)[0]
    scheduler = Scheduler(AHEAD + 1, lambda _: 2 * (AHEAD + 1))
    tickets = [Ticket(number, "", 2, STEPS, first) for number in range(AHEAD + 1)]
    for ticket in tickets[:AHEAD]:
        scheduler.add(ticket)
    scheduler.admit(lambda _: True)
    scheduler.add(tickets[AHEAD])
    taken = 0
    while tickets[AHEAD].done < first:
        scheduler.admit(lambda _: True)
        for ticket in scheduler.batch():
            ticket.done += 1
        taken += 1
    return AHEAD * STEPS + first, taken


def one_by_one(lane: PipelineLane, owns: Sequence[Own]) -> float:
    """Seconds until the last one's first preview."""
    started = time.perf_counter()
    seen = started

    def on_step(step: Step) -> None:
        nonlocal seen
        if step.preview is not None:
            seen = time.perf_counter()

    for own in owns:
        list(lane.paint(own.order.request, [own.adapter], 1, on_step))
    return seen - started


def pictures_a_second(base: Base, folder: Path, in_flight: int) -> float:
    """With that many requests at once, of eight styles: the mean of two rounds of them, after one to warm up."""
    owns = eight_styles(base, folder)
    watched = Watched(base)

    def paint_all() -> None:
        for number in range(in_flight):
            watched.take(owns[number % len(owns)], number, previews=0)
        watched.run()

    paint_all()
    started = time.perf_counter()
    paint_all()
    paint_all()
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
    for _ in range(2):  # the first round to warm up
        started = time.perf_counter()
        for number in range(8):
            watched.take(owns[number], number, previews=0)
        watched.run()
    return 8 / (time.perf_counter() - started)
