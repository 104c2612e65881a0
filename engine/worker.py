"""What the painting thread does, a turn at a time: let pictures in, take one denoising step, finish one picture.

Between two turns the event loop hands over new jobs; the two never touch this at the same time.
"""

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from adapters.canonical import Adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.completed import as_png, completed
from engine.families import FAMILIES
from engine.fused_lane import FusedLane
from engine.init_image import planned_steps
from engine.jobs import Job
from engine.knee import Knee
from engine.lane import Lane, Worn
from engine.memory import fused_budget
from engine.metrics import Metrics
from engine.movable import Movable
from engine.pace import Pace
from engine.painting import Painting
from engine.pipeline_lane import LANE as PIPELINE
from engine.pipeline_lane import Picture, PipelineLane, Step, blame
from engine.previews import preview_steps
from engine.prompt import Composed, compose
from engine.samplers import is_flow
from engine.scheduler import Scheduler, Ticket
from engine.screening import Screen
from protocol.errors import AdapterRefused, Cancelled, EngineBusy, NotFinite, StyleSealError
from protocol.events import Event, Failed, PartialImage, Progress
from protocol.paint import PaintRequest

log = logging.getLogger(__name__)

IN_FLIGHT = 16
"""Pictures that are painted at once."""
OUT_OF_MEMORY = "The device ran out of memory; try a smaller size."
Tell = Callable[[Job, Event], None]


@dataclass(eq=False, slots=True)
class Work:
    """One picture of a job, from its turn to its last event."""

    job: Job
    index: int
    ticket: Ticket
    lane: Lane | None
    """None for the pipeline lane."""
    adapters: Worn
    composed: Composed
    previews: tuple[int, ...]
    """The steps after which one is due."""
    painting: Painting | None = None
    shown: int = 0
    started: float = 0.0
    """When its first step began."""
    batch: str = ""

    @property
    def lane_name(self) -> str:
        return self.lane.name if self.lane is not None else PIPELINE


class Worker:
    """`tell` hears every event of a job, `finished` of each job that has had its last one; both in this thread. With a
    `screen` no previews are made, as nothing has looked at them."""

    def __init__(
        self,
        base: Base,
        metrics: Metrics,
        tell: Tell,
        finished: Callable[[Job], None],
        compiled: bool = False,
        screen: Screen | None = None,
    ) -> None:
        self.metrics = metrics
        self.base = base
        self.tell = tell
        self.finished = finished
        self.screen = screen
        self.pipeline = PipelineLane(base)
        known = type(base.pipe).__name__ in FAMILIES and not is_flow(base.pipe.scheduler)
        self.bank = BankLane(base) if known else None
        self.fused = FusedLane(base, fused_budget(base.placement)) if known else None
        self.knee = Knee()
        self.pace = Pace(base.placement.device)
        self.scheduler = Scheduler(IN_FLIGHT, lambda group: self.knee(size_of(group)))
        self.works: dict[Ticket, Work] = {}
        self._count = 0
        self._asleep: Movable | None = None
        if compiled and self.bank is not None:
            self.bank.compile()

    def warm_up(self) -> None:
        """Takes minutes where the denoiser is compiled, and nothing otherwise."""
        if self.bank is not None and self.bank.compiled:
            request = PaintRequest(prompt="a picture", seed=0).with_defaults(self.base.defaults)
            self.bank.warm_up(request, self.knee, self.pace, 2 * IN_FLIGHT)

    @property
    def idle(self) -> bool:
        return not self.works

    def take(self, job: Job, adapters: Sequence[Adapter]) -> None:
        """A job whose turn it is, with its adapters in the order of its request."""
        request = job.request
        worn = [(a, use.weight) for a, use in zip(adapters, request.adapters, strict=True) if use.weight]
        composed = compose(request.prompt, request.adapters, self.base.reader)
        steps = planned_steps(request, flow=is_flow(self.base.pipe.scheduler))
        previews = preview_steps(steps, job.order.partial_images) if self.screen is None else ()
        for index in range(request.count):
            self._count += 1
            ticket = Ticket(number=self._count, group=(), rows=1, steps=steps, priority=job.order.priority)
            work = Work(job, index, ticket, None, worn, composed, previews)
            self._place(work)
            self.works[ticket] = work
            self.scheduler.add(ticket)

    def _place(self, work: Work) -> None:
        """Chooses the lane of a picture that has not begun. Raises `AdapterRefused` where none can paint it."""
        request, ticket = work.job.request, work.ticket
        work.lane = lane = self._lane_for(work.adapters)
        ticket.group = lane.group(request, work.adapters) if lane else (PIPELINE, ticket.number)
        ticket.rows = lane.rows(request) if lane else 1
        ticket.preview_at = work.previews[0] if work.previews and lane else 0

    def _lane_for(self, adapters: Worn) -> Lane | None:
        """Raises `AdapterRefused` where no lane can paint with them."""
        for lane in (self.bank, self.fused):
            if lane is not None and lane.takes(adapters):
                return lane
        if self.pipeline.takes(adapters):
            return None
        if self.fused is None:
            raise AdapterRefused("On this base the engine takes plain LoRA adapters only, neither DoRA nor LoKr.")
        needed, room = self.fused.bytes_of(adapters) / 2**20, self.fused.budget / 2**20
        raise AdapterRefused(
            f"These adapters must be merged into a copy of the base's layers, which takes {needed:.0f} MiB, and the "
            f"engine has {room:.0f} MiB for such copies."
        )

    def turn(self) -> None:
        """Whatever goes wrong with a picture ends its job with the reason, and no other."""
        self._drop_cancelled()
        self.scheduler.admit(self._begin)
        if batch := [self.works[ticket] for ticket in self.scheduler.batch()]:
            self._step(batch)
        for work in self.works.values():
            if work.ticket.done >= work.ticket.steps:
                self._finish(work)
                break

    def rest(self) -> bool:
        """Gives back what nobody uses and can be made again; False where there was nothing."""
        return self.fused is not None and self.fused.drop_idle()

    def sleep(self) -> None:
        """Leaves the device, until `wake`. Nothing must be in flight."""
        assert self.idle, "pictures are being painted"
        if self._asleep is None:
            self.rest()
            weights = self.base.weights(() if self.screen is None else self.screen.parts)
            self.pipeline.worn.take_all_off()
            for lane in (self.bank, self.fused):
                if lane is not None:
                    lane.forget_texts()
            if self.bank is not None:
                self.bank.bank.resize(0)
            weights.leave()
            release_memory()
            self._asleep = weights
            log.info("left %s until there is work", self.base.placement.device)

    def wake(self) -> None:
        """Raises `EngineBusy` where others have taken the room meanwhile; it can be tried again."""
        if self._asleep is None:
            return
        try:
            self._asleep.come()
            if self.bank is not None:
                self.bank.bank.resize(self.bank.pages)
        except torch.OutOfMemoryError as error:
            self._asleep.leave()
            release_memory()
            raise EngineBusy("Other programs use the GPU's memory now; try again when they are done.") from error
        self._asleep = None

    def tidy(self) -> None:
        """Between two rushes: merged copies go, and a bank that had to shrink is as large again as it was."""
        if self.idle and self._asleep is None:
            self.rest()
            if self.bank is not None:
                self.bank.grow_back()
            release_memory()

    def _drop_cancelled(self) -> None:
        for work in list(self.works.values()):
            if work.job.cancelled.is_set():
                self._fail(work, Cancelled("The request was cancelled."))

    def _begin(self, ticket: Ticket) -> bool:
        """Gets a picture ready for its first step; False while its adapters, or its text, find no room."""
        if (work := self.works.get(ticket)) is None:
            return False  # its job has just failed with another of its pictures
        with self._blamed_on([work]):
            if work.lane is not None and not work.lane.takes(work.adapters):  # a bank that has shrunk meanwhile
                self._place(work)
            if work.lane is None:
                return True
            try:
                work.painting = work.lane.begin(work.job.request, work.index, work.composed.text, work.adapters)
            except torch.OutOfMemoryError:
                release_memory()
                if not (self.rest() or self.scheduler.running):
                    raise
        return work.painting is not None

    def _step(self, works: Sequence[Work]) -> None:
        for work in works:
            work.started = work.started or time.monotonic()
        if works[0].lane is None:
            with self._blamed_on(works):
                self._paint_through(works[0])
            return
        group, rows = works[0].ticket.group, sum(work.ticket.rows for work in works)

        def note(seconds: float) -> None:
            self.knee.note(size_of(group), rows, seconds)
            self.metrics.step_seconds.observe(seconds)

        try:
            with self.pace.step(note):
                self._denoise(works[0].lane, works)
        except torch.OutOfMemoryError:
            with self._blamed_on(works):
                self._make_room(works, rows)
            return
        except Exception as error:
            log.exception("a step of %d pictures failed", len(works))
            if len(works) == 1:
                self._fail(works[0], wrapped(error))
            for work in works if len(works) > 1 else ():  # to find the one it fails with
                self._step([work])
            return
        self.metrics.rows.observe(rows)

    def _make_room(self, works: Sequence[Work], rows: int) -> None:
        """After a step that did not fit into the memory: it is taken again, in a smaller batch, then alone, then with
        a smaller bank. Ends the job where nothing more can be given back."""
        release_memory()
        work = works[0]
        log.warning("out of memory at a step of %d rows", rows)
        if len(works) > 1:
            self.knee.lower(size_of(work.ticket.group), rows)
        elif self.rest():
            log.info("merged copies that nobody used made room")
        elif len(self.scheduler.running) > 1 and not work.ticket.alone:
            work.ticket.alone = True
        elif len(self.scheduler.running) > 1 or not self._shrink(work):
            self._fail(work, StyleSealError(OUT_OF_MEMORY))

    def _shrink(self, work: Work) -> bool:
        """Whether the bank could give memory back to the only picture in flight."""
        if self.bank is None or work.lane is not self.bank or work.painting is None:
            return False
        return self.bank.shrink(work.painting, work.adapters)

    def _denoise(self, lane: Lane, works: Sequence[Work]) -> None:
        paintings = [work.painting for work in works if work.painting is not None]
        with torch.inference_mode():
            parts = lane.predict(paintings)
            shape = (sum(len(part) for part in parts), *parts[0].shape[1:])
            for work, painting, part in zip(works, paintings, parts, strict=True):
                if work.ticket not in self.works:
                    continue  # its job has just failed with another of its pictures
                with self._blamed_on([work]):
                    painting.advance(part, with_estimate=work.ticket.done + 1 in work.previews)
                    work.batch = "x".join(map(str, shape))
                    self._after_step(work, painting)

    def _after_step(self, work: Work, painting: Painting) -> None:
        work.ticket.done = painting.done
        self.tell(work.job, Progress(index=work.index, step=painting.done, steps=painting.steps))
        self.metrics.steps.labels(work.lane_name).inc()
        if painting.finished and not painting.latents.isfinite().all():
            raise NotFinite(blame(work.job.request))
        if painting.estimate is not None:
            request = work.job.request
            preview = self.pipeline.previewer(painting.estimate, request.width, request.height)
            painting.estimate = None
            if preview is not None:
                self._show(work, as_png(preview), painting.done)

    def _show(self, work: Work, png: bytes, step: int) -> None:
        self.tell(work.job, PartialImage(png=png, index=work.index, step=step, partial_image_index=work.shown))
        if work.index == work.shown == 0:
            self.metrics.first_preview.observe(time.monotonic() - work.job.arrived)
        work.shown += 1

    def _paint_through(self, work: Work) -> None:
        """A whole picture in the pipeline lane."""

        def on_step(step: Step) -> None:
            if work.job.cancelled.is_set():
                raise Cancelled("The request was cancelled.")
            self.tell(work.job, Progress(index=step.index, step=step.step, steps=step.steps))
            self.metrics.steps.labels(work.lane_name).inc()
            if step.preview is not None:
                self._show(work, as_png(step.preview), step.step)

        picture = self.pipeline.picture(
            work.job.request, work.index, work.composed, work.adapters, work.previews, on_step
        )
        self._complete(work, picture)

    def _finish(self, work: Work) -> None:
        assert work.lane is not None
        assert work.painting is not None
        with self._blamed_on([work]):
            try:
                image = work.lane.finish(work.painting)
            except torch.OutOfMemoryError:
                release_memory()
                if self.rest() or self._decode_in_tiles():
                    return  # until the next turn
                raise
            self._complete(work, Picture(work.index, image, work.composed, work.batch, work.painting.latents))

    def _decode_in_tiles(self) -> bool:
        """From now on pictures are decoded a part at a time, in less memory; False where that is so already."""
        vae = self.base.pipe.vae
        if getattr(vae, "use_tiling", True):
            return False
        vae.enable_tiling()
        return True

    def _complete(self, work: Work, picture: Picture) -> None:
        seconds = time.monotonic() - work.started
        flagged = None if self.screen is None else self.screen.flags([picture.image])[0]
        self.tell(work.job, completed(self.base, work.job, picture, work.lane_name, seconds, flagged))
        self._let_go([work])
        if not any(other.job is work.job for other in self.works.values()):
            self.metrics.requests.labels(work.lane_name, "completed").inc()
            self.metrics.completion.observe(time.monotonic() - work.job.arrived)
            self.finished(work.job)

    @contextmanager
    def _blamed_on(self, works: Iterable[Work]) -> Iterator[None]:
        """Errors inside end the jobs of these pictures with a sentence, instead of the process."""
        try:
            yield
        except StyleSealError as error:
            for work in works:
                self._fail(work, error)
        except torch.OutOfMemoryError:
            for work in works:
                self._fail(work, StyleSealError(OUT_OF_MEMORY))
        except Exception as error:
            log.exception("painting failed")
            for work in works:
                self._fail(work, wrapped(error))

    def _fail(self, work: Work, error: StyleSealError) -> None:
        """Ends the whole job: its other pictures are not wanted without this one."""
        own = [other for other in self.works.values() if other.job is work.job]
        if own:
            self._let_go(own)
            self.tell(work.job, Failed(error))
            self.metrics.requests.labels(
                work.lane_name, "cancelled" if isinstance(error, Cancelled) else "failed"
            ).inc()
            self.finished(work.job)

    def _let_go(self, works: Iterable[Work]) -> None:
        for work in works:
            self.scheduler.remove(work.ticket)
            del self.works[work.ticket]
            if work.painting is not None and work.lane is not None:
                work.lane.let_go(work.painting)


def size_of(group: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """Lane, width and height: what a step's time depends on, whatever is merged into a copy."""
    return group[:3]


def wrapped(error: Exception) -> StyleSealError:
    return StyleSealError(f"Painting failed: {type(error).__name__}: {error}"[:300])


def release_memory() -> None:
    """What PyTorch keeps for later goes back to the device."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
