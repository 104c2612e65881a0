"""Empties the outbox: each letter until it has arrived, or until it is certain that it cannot."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.delivery import Delivery, Outcome
from bot.form import Form, Letter, Target
from bot.jobs import Job, State
from bot.refusals import Away, DiscordRefused
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.texts import text
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
AT_ONCE = 16
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
LONGEST = 24 * 3600.0
"""For which a letter is tried again."""
ANNOUNCED_AFTER = 120.0
"""Seconds of waiting, after which a member is told of their picture by a message of its own."""
_IDLE_SECONDS = 3600.0


Lost = Callable[[Letter], Awaitable[Sequence[Letter]]]
"""Told of a letter that cannot arrive; gives those that go out in its place. It may be told twice."""


class Courier:
    """`lost` has whom to tell of letters that cannot arrive, by what their keys begin with, up to the colon."""

    def __init__(
        self,
        outbox: Outbox,
        jobs: Jobs,
        delivery: Delivery,
        lost: Mapping[str, Lost] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.outbox = outbox
        self._lost = {} if lost is None else lost
        self._jobs = jobs
        self._delivery = delivery
        self._clock = clock
        self._woken = asyncio.Event()
        self._going: set[str] = set()
        self._empty = asyncio.Event()
        """One more is not on its way any more."""

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._woken.set()

    async def send(self, *letters: Letter) -> None:
        await self.outbox.add(*letters)
        self.wake()

    async def run(self) -> None:
        """Until it is cancelled; what was on its way then goes out again at the next start."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._woken.clear()
                try:
                    for letter in await self._due():
                        self._going.add(letter.key)
                        tasks.create_task(self._taken(letter))
                    wait = await self._until_next()
                except StyleSealError as wrong:
                    log.warning("%s", wrong.sentence)
                    wait = BACKOFF_SECONDS[-1]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._woken.wait()

    async def emptied(self, seconds: float) -> None:
        """Waits until nothing is on its way that could arrive now, but no longer than that."""
        with contextlib.suppress(TimeoutError, StyleSealError):
            async with asyncio.timeout(seconds):
                while self._going or await self.outbox.due(self._clock(), 1):
                    self._empty.clear()
                    await self._empty.wait()

    async def _due(self) -> list[Letter]:
        room = AT_ONCE - len(self._going)
        # As it was before the database is read: one that arrives meanwhile may be among those that are read still.
        going = set(self._going)
        due = await self.outbox.due(self._clock(), AT_ONCE + len(going)) if room else []
        return [letter for letter in due if letter.key not in going][:room]

    async def _until_next(self) -> float:
        if self._going:  # the end of one of them wakes
            return _IDLE_SECONDS
        due = await self.outbox.next_due()
        return _IDLE_SECONDS if due is None else max(0.0, min(due - self._clock(), _IDLE_SECONDS))

    async def _taken(self, letter: Letter) -> None:
        job_id = letter.target.job_id
        try:
            async with self._delivery.alone(job_id) if job_id else contextlib.nullcontext():
                await self._bring(letter)
        except StyleSealError as wrong:
            log.warning("the letter %s is tried again: %s", letter.key, wrong.sentence)
            await self._put_off(letter, 0.0)
        except Exception:
            log.exception("the letter %s is tried again", letter.key)
            await self._put_off(letter, 0.0)
        finally:
            self._going.discard(letter.key)
            self._empty.set()
            self.wake()

    async def _bring(self, letter: Letter) -> None:
        try:
            outcome = await self._delivery.bring(letter)
        except Away as away:
            if self._clock() - letter.created_at < LONGEST:
                log.info("the letter %s is tried again: %s", letter.key, away.sentence)
                await self._put_off(letter, away.after)
                return
            await self._give_up(letter, away)
        except DiscordRefused as refused:
            await self._give_up(letter, refused)
        else:
            if outcome is Outcome.HELD:
                await self._hold(letter)
            else:
                await self.outbox.sent(letter, *await self._following(letter))

    async def _hold(self, letter: Letter) -> None:
        """Unless a fresh token came while it was found to have none."""
        await self.outbox.hold(letter)
        job = await self._jobs.get(letter.target.job_id)
        if job is not None and self._clock() < job.place.token_until:
            await self.outbox.release(job.id)

    async def _put_off(self, letter: Letter, after: float) -> None:
        wait = max(after, BACKOFF_SECONDS[min(letter.tries, len(BACKOFF_SECONDS) - 1)])
        with contextlib.suppress(StyleSealError):  # a database that cannot be written now: it is due anyway
            await self.outbox.later(letter, self._clock() + wait)
            return
        await asyncio.sleep(wait)

    async def _give_up(self, letter: Letter, wrong: StyleSealError) -> None:
        """The member is told in person, where the letter was about their picture; once."""
        log.warning("the letter %s cannot arrive: %s", letter.key, wrong.sentence)
        job = await self._jobs.get(letter.target.job_id) if letter.target.job_id else None
        told = job is not None and job.state is not State.CANCELLED
        following = [_told_in_person(job, letter, self._clock())] if job and told else []
        if (lost := self._lost.get(letter.key.partition(":")[0])) is not None:
            following += await lost(letter)
        await self.outbox.sent(letter, *following)

    async def _following(self, letter: Letter) -> tuple[Letter, ...]:
        """A picture that was waited for long is announced."""
        if not letter.form.files or not letter.target.job_id:
            return ()
        job = await self._jobs.get(letter.target.job_id)
        if job is None or not job.place.lasts or letter.created_at - job.created_at < ANNOUNCED_AFTER:
            return ()
        place = job.place
        words = text(place.locale, "announced", user=job.user_id)
        target = Target(channel_id=place.channel_id, reply_to=place.message_id)
        form = Form(content=words, mentions=(job.user_id,))
        return (Letter(key=f"ready:{job.id}", target=target, form=form, created_at=self._clock()),)


def _told_in_person(job: Job, letter: Letter, now: float) -> Letter:
    """That there is a picture, or else what the letter says."""
    words = text(job.place.locale, "undelivered", id=job.id) if letter.form.files else letter.form.content
    return Letter(key=f"told:{job.id}", target=Target(user_id=job.user_id), form=Form(content=words), created_at=now)
