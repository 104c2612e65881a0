"""Paints jobs: takes those whose turn it is to the engine, and shows in their messages how far they are."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

import discord

from bot.buttons import result_view, waiting_view
from bot.delivery import EDIT_SECONDS, Delivery, painting
from bot.desk import Desk
from bot.jobs import Job, State
from bot.link import AdapterFiles, EngineLink
from bot.result import caption, pictures
from bot.texts import text
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Completed, Progress
from protocol.order import PaintOrder

log = logging.getLogger(__name__)
AT_ONCE = 8
"""Jobs that the engine has at once; it paints them together."""
CRASHES = 2
"""Of the engine while it painted a job, after which the job is given up."""
Link = Callable[[], Awaitable[EngineLink]]


class Painter:
    def __init__(self, desk: Desk, delivery: Delivery, link: Link, files: AdapterFiles) -> None:
        self._desk = desk
        self._delivery = delivery
        self._link = link
        self._files = files

    async def run(self) -> None:
        """Until it is cancelled; what is being painted then is taken up again at the next start."""
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            while True:
                await room.acquire()
                job = await self._desk.next()
                task = tasks.create_task(self._painted(job))
                self._desk.painting[job.id] = task
                task.add_done_callback(partial(self._leave, job.id, room))

    def _leave(self, id: str, room: asyncio.Semaphore, _: asyncio.Task[None]) -> None:
        self._desk.painting.pop(id, None)
        room.release()

    async def _painted(self, job: Job) -> None:
        try:
            await self._paint(job)
        except asyncio.CancelledError:
            if (kept := await self._desk.jobs.get(job.id)) is None or kept.state is not State.CANCELLED:
                raise  # the bot ends, and the job does not
            await self._show(job, text(job.place.locale, "cancelled"))
        except EngineGone:
            crashed = await self._desk.jobs.crashed(job)
            if crashed.crashes < CRASHES:
                self._desk.add(crashed)
            else:
                await self._fail(job, text(job.place.locale, "engine_crashed"))
        except StyleSealError as wrong:
            await self._fail(job, wrong.sentence)
        except Exception:
            log.exception("job %s failed", job.id)
            await self._fail(job, text(job.place.locale, "wrong"))

    async def _paint(self, job: Job) -> None:
        link = await self._link()
        began, done, steps = time.monotonic(), list[Completed](), 0
        shown = _Progress(self._delivery, job)
        order = PaintOrder(request=job.request, stream=True, idempotency_key=job.id)
        async with shown, aclosing(link.paint(order, self._files)) as events:
            async for event in events:
                if isinstance(event, Progress):
                    steps = event.steps
                    shown.step(event.index * steps + event.step, job.request.count * steps)
                elif isinstance(event, Completed):
                    done.append(event)
        self._desk.took(job, time.monotonic() - began)
        view = result_view(job.id, job.place.locale)
        await self._delivery.show(job, caption(job, done), view, pictures(job, done))
        await self._desk.jobs.move(job.id, to=State.DONE)

    async def _fail(self, job: Job, why: str) -> None:
        await self._desk.jobs.move(job.id, to=State.FAILED, why=why)
        await self._show(job, text(job.place.locale, "failed", why=why))

    async def _show(self, job: Job, content: str) -> None:
        try:
            await self._delivery.show(job, content, None)
        except discord.HTTPException as wrong:
            log.warning("the message of job %s could not be edited: %s", job.id, wrong)


class _Progress:
    """Shows the latest step, at most every few seconds. Leaving it waits for the edit that is on its way, which would
    otherwise come after the picture."""

    def __init__(self, delivery: Delivery, job: Job) -> None:
        self._delivery = delivery
        self._job = job
        self._latest = (0, 0)
        self._changed = asyncio.Event()
        self._left = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def step(self, step: int, steps: int) -> None:
        self._latest = (step, steps)
        self._changed.set()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._show())

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._left.set()
        self._changed.set()
        await self._task

    async def _show(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._left.is_set():
                return
            try:
                view = waiting_view(self._job.id, self._job.place.locale)
                await self._delivery.show(self._job, painting(self._job, *self._latest), view)
            except discord.HTTPException as wrong:
                log.info("progress of job %s could not be shown: %s", self._job.id, wrong)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EDIT_SECONDS):
                    await self._left.wait()
