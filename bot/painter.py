"""Paints jobs: takes those whose turn it is to the engine, keeps the pictures, and puts them into the outbox."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bot.company import Company
from bot.delivery import Delivery
from bot.desk import Desk
from bot.insisting import insisted
from bot.jobs import Job, Picture, State
from bot.link import AdapterFiles, EngineLink
from bot.moderation.held import Held, flagged, unseen
from bot.outbox import Courier
from bot.progress import Shown
from bot.result import failure, finished, letter
from bot.servers.settings import ServerSettings
from bot.sheets.sheets import as_one, as_painted
from bot.sizes import sized, stepped
from bot.store.pictures import INIT, DiskFailed, Pictures
from bot.texts import text
from protocol.answers import BaseCard
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Completed, PartialImage, Progress
from protocol.order import PaintOrder
from protocol.paint import PaintRequest

log = logging.getLogger(__name__)
AT_ONCE = 8
"""Jobs that the engine has at once; it paints them together."""
ORDERS = 32
"""Of all these jobs, of which a sheet has several: half of what the engine lets wait by itself."""
CRASHES = 2
"""Of the engine while it painted a job alone, after which the job is given up."""
PREVIEWS = 3
Link = Callable[[], Awaitable[EngineLink]]


class Painter:
    """`card` is the base that the engine has, where that is known; `settings` are those of a server."""

    def __init__(
        self,
        desk: Desk,
        delivery: Delivery,
        courier: Courier,
        pictures: Pictures,
        link: Link,
        card: Callable[[], BaseCard | None],
        files: AdapterFiles,
        settings: Callable[[int | None], Awaitable[ServerSettings]],
        held: Held,
        company: Company,
    ) -> None:
        self._desk = desk
        self._delivery = delivery
        self._courier = courier
        self._pictures = pictures
        self._link = link
        self._card = card
        self._files = files
        self._settings = settings
        self._held = held
        self._company = company
        self._orders = asyncio.Semaphore(ORDERS)

    async def run(self) -> None:
        """Until it is cancelled; what is being painted then is taken up again at the next start."""
        room = asyncio.Semaphore(AT_ONCE)

        def leave(id: str, _: asyncio.Task[None]) -> None:
            self._desk.leave(id)
            room.release()

        async with asyncio.TaskGroup() as tasks:
            while True:
                await room.acquire()
                job = await self._desk.next()
                task = tasks.create_task(self._painted(job))
                self._desk.begin(job, task)
                task.add_done_callback(partial(leave, job.id))

    async def _painted(self, job: Job) -> None:
        try:
            await self._paint(job)
        except asyncio.CancelledError:
            if (kept := await self._desk.jobs.get(job.id)) is None or kept.state is not State.CANCELLED:
                raise  # the bot ends, and the job does not
        except EngineGone as gone:
            await self._crashed(job, gone)
        except DiskFailed as full:
            log.error("job %s has failed: %s", job.id, full.sentence)
            await self._fail(job, text(job.place.locale, "cannot_write"))
        except StyleSealError as wrong:
            log.warning("job %s has failed: %s", job.id, wrong.sentence)
            await self._fail(job, wrong.sentence)
        except Exception:
            log.exception("job %s failed", job.id)
            await self._fail(job, text(job.place.locale, "wrong"))

    async def _paint(self, job: Job) -> None:
        link = await self._link()
        requests = [await self._request(job, request) for request in job.requests]
        with self._company.of(job.id), self._desk.pace.of(job.cost):
            async with Shown(self._delivery, job) as shown:
                if job.variants:
                    done = await self._all(link, job, requests, shown)
                else:
                    done = await self._one(link, job, requests[0], shown, job.id)
        shown_as = [await asyncio.to_thread(as_one, job, done)] if job.variants else done
        await self._keep(replace(job, request=as_painted(job, done)), shown_as)

    async def _all(self, link: EngineLink, job: Job, requests: Sequence[PaintRequest], shown: Shown) -> list[Completed]:
        """The pictures of a sheet, painted together; if one cannot be, none is."""
        tasks = list[asyncio.Task[list[Completed]]]()
        try:
            async with asyncio.TaskGroup() as together:
                for number, request in enumerate(requests):
                    painting = self._one(link, job, request, shown, f"{job.id}:{number}", number)
                    tasks.append(together.create_task(painting))
        except BaseExceptionGroup as wrong:
            raise wrong.exceptions[0] from None
        return [one for task in tasks for one in task.result()]

    async def _one(
        self, link: EngineLink, job: Job, request: PaintRequest, shown: Shown, key: str, first: int = 0
    ) -> list[Completed]:
        """What becomes of one order, whose first picture is the job's with that number, from 0."""
        done = list[Completed]()
        card = self._card()
        screened = card is not None and card.screened  # and then nobody has looked at a preview
        previews = PREVIEWS if job.preview and not screened else 0
        order = PaintOrder(request=request, stream=True, partial_images=previews, idempotency_key=key)
        async with self._orders, aclosing(link.paint(order, self._files)) as events:
            async for event in events:
                if isinstance(event, Progress):
                    shown.step(replace(event, index=first + event.index))
                elif isinstance(event, PartialImage) and previews:
                    shown.preview(first + event.index, event.png)
                elif isinstance(event, Completed):
                    done.append(event)
        return sorted(done, key=lambda event: event.index)

    async def _request(self, job: Job, request: PaintRequest) -> PaintRequest:
        """With what the job leaves open or keeps beside it."""
        settings, card = await self._settings(job.place.guild_id), self._card()
        request = stepped(sized(request, job.aspect, card, settings.most_side), card, settings.most_steps)
        if job.strength is None:
            return request
        init = await self._pictures.read(job.id, INIT)
        return replace(request, init_image=init, strength=job.strength)

    async def _keep(self, job: Job, done: Sequence[Completed]) -> None:
        """The files, then the job and its letter together: what is not in the database was not painted."""
        if (held := flagged(job, done)) and not await self._held.has_keeper(job):
            await insisted(lambda: self._desk.jobs.move(job.id, to=State.FAILED, why="held", letter=unseen(job)))
            self._courier.wake()
            return
        kept = tuple([await self._kept(job, event) for event in done])
        painted = replace(job, pictures=kept)
        told = letter(painted, finished(painted, done))
        if await insisted(lambda: self._held.keep(painted) if held else self._desk.jobs.painted(painted, told)):
            self._courier.wake()
            await self._pictures.make_room(job.user_id)

    async def _kept(self, job: Job, event: Completed) -> Picture:
        number = event.index + 1
        await self._pictures.keep(job.id, number, event.png)
        return Picture(
            number=number,
            seed=event.seed,
            prompt_used=event.prompt_used,
            cut=event.cut,
            bytes=len(event.png),
            seconds=event.seconds,
        )

    async def _crashed(self, job: Job, gone: EngineGone) -> None:
        alone = self._company.was_alone(job.id)
        log.warning("the engine went while job %s was painted%s: %s", job.id, " alone" * alone, gone.sentence)
        suspect = await insisted(lambda: self._desk.jobs.crashed(job, alone=alone))
        if suspect.crashes < CRASHES:
            self._desk.add(suspect)
        else:
            await self._fail(suspect, text(job.place.locale, "engine_crashed"))

    async def _fail(self, job: Job, why: str) -> None:
        told = failure(job, why)
        await insisted(lambda: self._desk.jobs.move(job.id, to=State.FAILED, why=why, letter=told))
        self._courier.wake()
