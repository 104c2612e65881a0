"""Pictures that the engine's screen has flagged: they are kept, and nobody sees them before a moderator has.

Where nobody could look at one, it is not kept either, and its member is told so: a picture's audience is never widened,
so one that only its member was to see is shown to no moderator.
"""

import time
from collections.abc import Awaitable, Callable, Sequence

from bot.form import Form, Letter
from bot.jobs import Job, State
from bot.moderation import reports
from bot.result import letter
from bot.servers.settings import ServerSettings
from bot.servers.trail import entry_of
from bot.store.jobs import Jobs
from bot.store.pictures import Pictures
from bot.store.reports import SCREEN, Report, Reports
from bot.texts import text
from protocol.events import Completed

LETTERS = "held"
"""What the keys of the letters to moderators begin with."""


def flagged(job: Job, done: Sequence[Completed]) -> bool:
    """Whether it is held back: not in an age-restricted channel."""
    return any(one.flagged for one in done) and not job.place.nsfw


def unseen(job: Job) -> Letter:
    """That there was a picture, and nobody to look at it."""
    return letter(job, Form.of(text(job.place.locale, "held_unseen")))


class Held:
    """`settings` are those of a server, and `locale_of` its language where they name none."""

    def __init__(
        self,
        settings: Callable[[int], Awaitable[ServerSettings]],
        locale_of: Callable[[int], str],
        jobs: Jobs,
        pictures: Pictures,
        store: Reports,
    ) -> None:
        self._settings = settings
        self._locale_of = locale_of
        self._jobs = jobs
        self._pictures = pictures
        self._store = store

    async def has_keeper(self, job: Job) -> bool:
        """Whether there are moderators who can look at it. Raises `StoreFailed`."""
        place = job.place
        if place.guild_id is None or place.private or not place.by_bot:
            return False
        return (await self._settings(place.guild_id)).log_channel is not None

    async def keep(self, job: Job) -> bool:
        """Keeps a job, whose pictures are kept, until a moderator has looked at it. Whether it was still wanted."""
        place = job.place
        assert place.guild_id is not None, "it has a keeper"
        settings = await self._settings(place.guild_id)
        report = Report(guild_id=place.guild_id, job_id=job.id, user_id=SCREEN, at=time.time())
        told = letter(job, Form.of(text(place.locale, "held_back")))
        log = None
        if settings.log_channel is not None:  # else, since just now, it is found in their list
            locale = settings.language or self._locale_of(place.guild_id)
            log = reports.letter(report, job, settings.log_channel, locale, shown=True)
        return await self._jobs.painted(job, told, report, log)

    async def lost(self, told: Letter) -> Sequence[Letter]:
        """For the courier: what tells the moderators of one cannot arrive, and so nobody would ever look at it."""
        job = await self._jobs.get(told.key.partition(":")[2])
        if job is None or job.place.guild_id is None:
            return ()
        entry = entry_of(job.place.guild_id, SCREEN, "picture_unseen", job.user_id, {})
        if await self._store.answer(job.id, State.FAILED, unseen(job), entry, None) or job.state is State.FAILED:
            await self._pictures.drop([job.id])  # where it was told before, perhaps not yet
        return ()
