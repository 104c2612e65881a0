"""Paints the engine's jobs one after the other, in a thread of its own so that the server always answers."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO

import torch
from PIL import Image

from engine.base import Base
from engine.jobs import Job, Jobs
from engine.pipeline_lane import LANE, Picture, PipelineLane, Step
from engine.shelf import Shelf
from protocol.errors import Cancelled, EngineGone, StyleSealError
from protocol.events import Completed, Event, Failed, PartialImage, Progress
from protocol.parameters import Painted, embed

log = logging.getLogger(__name__)

STOPPED = "The engine was stopped before the picture was done."
VERSIONS = tuple((name, version(name)) for name in ("styleseal", "torch", "diffusers", "peft"))


class Painter:
    """`run` takes jobs until it is cancelled; whatever goes wrong with one of them ends that one with its reason."""

    def __init__(self, base: Base, shelf: Shelf, jobs: Jobs) -> None:
        self.base = base
        self.shelf = shelf
        self.jobs = jobs
        self.lane = PipelineLane(base)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="painter")

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._paint_in_thread(await self.jobs.next(), loop)
        finally:
            self.jobs.end(EngineGone(STOPPED))

    async def _paint_in_thread(self, job: Job, loop: asyncio.AbstractEventLoop) -> None:
        try:
            await loop.run_in_executor(self.thread, self._paint, job, loop)
        except asyncio.CancelledError:
            job.cancelled.set()
            job.tell(Failed(EngineGone(STOPPED)))
            raise
        finally:
            job.finish()

    def _paint(self, job: Job, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in the thread: turns everything that happens into the job's events."""

        def tell(event: Event) -> None:
            loop.call_soon_threadsafe(job.tell, event)

        try:
            for event in self._events(job, tell):
                tell(event)
        except StyleSealError as error:
            tell(Failed(error))
        except torch.OutOfMemoryError:
            tell(Failed(StyleSealError("The device ran out of memory; try a smaller size.")))
        except Exception as error:  # the one place where a fault of a library ends as a sentence instead of the process
            log.exception("job %d failed", job.number)
            tell(Failed(StyleSealError(f"Painting failed: {type(error).__name__}: {error}"[:300])))

    def _events(self, job: Job, tell: Callable[[Event], None]) -> Iterator[Event]:
        if job.cancelled.is_set():
            raise Cancelled("The request was cancelled.")
        adapters = [self.shelf.read(use.sha256) for use in job.request.adapters]
        shown = 0

        def on_step(step: Step) -> None:
            nonlocal shown
            if job.cancelled.is_set():
                raise Cancelled("The request was cancelled.")
            tell(Progress(index=step.index, step=step.step, steps=step.steps))
            if step.preview is not None:
                png = as_png(step.preview)
                tell(PartialImage(png=png, index=step.index, step=step.step, partial_image_index=shown))
                shown += 1

        started = time.monotonic()
        for picture in self.lane.paint(job.request, adapters, job.order.partial_images, on_step):
            yield self._completed(job, picture, time.monotonic() - started)
            started = time.monotonic()

    def _completed(self, job: Job, picture: Picture, seconds: float) -> Completed:
        return Completed(
            png=embed(as_png(picture.image), self.record(job, picture)),
            index=picture.index,
            seed=job.request.seed + picture.index,
            prompt_used=picture.composed.text,
            cut=picture.composed.cut,
            lane=LANE,
            seconds=seconds,
        )

    def record(self, job: Job, picture: Picture) -> Painted:
        """What the picture says of itself."""
        request = job.request
        image = request.init_image
        own = replace(request, seed=request.seed + picture.index, count=1, init_image=None, strength=None)
        return Painted(
            request=own,
            prompt_used=picture.composed.text,
            base_name=self.base.name,
            base_fingerprint=self.base.fingerprint,
            lane=LANE,
            batch=picture.batch,
            versions=(
                *VERSIONS,
                ("dtype", self.base.placement.dtype_name),
                ("device", self.base.placement.device.type),
            ),
            image_sha256=hashlib.sha256(image).hexdigest() if image is not None else "",
            strength=request.strength,
        )


def as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
