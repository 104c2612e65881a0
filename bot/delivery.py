"""Bringing a letter to Discord: which token, which message, and what to do where that cannot be.

A job's message is edited, since an edit may be made twice: by the interaction's token while it lives, then by the bot's
own. What only the interaction's token reaches is held until its member brings a fresh one. A message that is gone is
replaced by another, once. Nobody sees a picture who would not have seen it in the first message.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from weakref import WeakValueDictionary

from bot.form import File, Form, Letter
from bot.jobs import UPLOAD_BYTES, Job, State
from bot.post import Post, Upload
from bot.refusals import DiscordRefused, MessageGone, NotAllowed, TokenDead, TooLarge
from bot.shrink import TooLarge as CannotFit
from bot.shrink import fitted
from bot.store.jobs import Jobs
from bot.store.pictures import PictureMissing, Pictures
from bot.texts import text
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
REQUEST_BYTES = 25 * 2**20
"""Of all files of one request together, by Discord's limit."""
_BESIDE_FILES = 64 * 2**10


class Outcome(Enum):
    SENT = auto()
    HELD = auto()
    """Until the member brings a fresh token."""


class Delivery:
    def __init__(self, post: Post, jobs: Jobs, pictures: Pictures) -> None:
        self._post = post
        self._jobs = jobs
        self._pictures = pictures
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By job, for `alone`."""

    def alone(self, job_id: str) -> asyncio.Lock:
        """For whoever changes a job's message, until what became of it is written down: one at a time, in their order.
        Otherwise what was meant for a message that waits could come over its picture."""
        lock = self._locks.get(job_id)
        if lock is None:
            lock = self._locks[job_id] = asyncio.Lock()
        return lock

    async def progress(self, job_id: str, form: Form, during: State) -> bool:
        """Shown now or never, if the job is in that state; whether it was."""
        if not self._post.has_room:
            return False
        async with self.alone(job_id):
            job = await self._jobs.get(job_id)
            if job is None or job.state is not during:
                return False
            try:
                return await self._edit(job, form, [_upload(file) for file in form.files or ()])
            except StyleSealError as wrong:
                log.info("progress of job %s could not be shown: %s", job_id, wrong.sentence)
                return False

    async def last_words(self, job: Job, form: Form) -> None:
        """By a token that is about to die: no other edit is made with it. To be called `alone`. Raises `Away`."""
        await self._jobs.token_died(job.id)
        with contextlib.suppress(DiscordRefused):
            await self._post.edit_by_token(job.place.token, job.place.message_id, form, ())

    async def take_over(self, interaction_id: int, token: str) -> None:
        """Acknowledges a click, so that its token reaches the message. Raises `Late`, `Away`."""
        await self._post.take_over(interaction_id, token)

    async def bring(self, letter: Letter) -> Outcome:
        """To be called `alone`, for a job's letter. Raises `Away` where it should be tried again, and `DiscordRefused`
        where that is of no use."""
        target = letter.target
        if target.job_id:
            return await self._bring_to_job(letter)
        channel = target.channel_id
        if channel is None:
            assert target.user_id is not None, letter.key
            channel = await self._post.direct(target.user_id)
        form, uploads = letter.form, []
        try:
            uploads = await self._uploads(form, None)
        except (PictureMissing, CannotFit) as wrong:
            log.warning("the letter %s goes without its files: %s", letter.key, wrong.sentence)
            form = form.without_files()
        try:
            await self._post.send(channel, form, uploads, nonce=letter.key, reply_to=target.reply_to)
        except (NotAllowed, TooLarge):
            if not uploads:
                raise
            await self._post.send(channel, form.without_files(), nonce=letter.key, reply_to=target.reply_to)
        return Outcome.SENT

    async def _bring_to_job(self, letter: Letter) -> Outcome:
        job = await self._jobs.get(letter.target.job_id)
        if job is None:  # forgotten meanwhile
            return Outcome.SENT
        try:
            return await self._in_its_message(job, letter.form)
        except (NotAllowed, TooLarge, CannotFit) as wrong:
            if not letter.form.files:
                raise
            log.warning("the files of job %s could not be sent: %s", job.id, wrong.sentence)
            why = "no_files" if isinstance(wrong, NotAllowed) else "too_large"
            words = letter.form.without_files(text(job.place.locale, why))
            return await self._in_its_message(job, words)

    async def _in_its_message(self, job: Job, form: Form) -> Outcome:
        try:
            uploads = await self._uploads(form, job)
        except PictureMissing:
            form, uploads = form.without_files(text(job.place.locale, "picture_lost")), []
        try:
            if await self._edit(job, form, uploads):
                return Outcome.SENT
        except MessageGone:
            log.info("the message of job %s is gone", job.id)
        if not job.place.lasts:
            return Outcome.HELD
        await self._anew(job, form, uploads)
        return Outcome.SENT

    async def _edit(self, job: Job, form: Form, uploads: Sequence[Upload]) -> bool:
        """Whether there was a way to. Raises `MessageGone`."""
        place = job.place
        if time.time() < place.token_until:
            try:
                await self._post.edit_by_token(place.token, place.message_id, form, uploads)
            except TokenDead:
                await self._jobs.token_died(job.id)
            else:
                return True
        if not place.lasts or place.message_id is None:
            return False
        await self._post.edit_by_bot(place.channel_id, place.message_id, form, uploads)
        return True

    async def _anew(self, job: Job, form: Form, uploads: Sequence[Upload]) -> None:
        """As a message of its own, once. An earlier life of the bot may have sent it and not lived to know: it is
        looked for, and where it cannot be seen, Discord knows it by its nonce for minutes."""
        place = job.place
        if (found := await self._post.find(place.channel_id, job.id)) is not None:
            await self._post.edit_by_bot(place.channel_id, found, form, uploads)
        else:
            found = await self._post.send(place.channel_id, form, uploads, nonce=job.id)
        await self._jobs.moved_to_message(job.id, found)

    async def _uploads(self, form: Form, job: Job | None) -> list[Upload]:
        """Its files, made to fit. Raises `PictureMissing`, `TooLarge`."""
        files = form.files or ()
        data = [file.data or await self._pictures.read(file.job_id, file.number) for file in files]
        each = UPLOAD_BYTES if job is None else job.place.upload_bytes
        together = REQUEST_BYTES - _BESIDE_FILES
        if all(len(one) <= each for one in data) and sum(map(len, data)) <= together:
            return [_upload(replace(file, data=one)) for file, one in zip(files, data, strict=True)]
        shrunk = await asyncio.to_thread(fitted, data, each, together)
        return [
            _upload(replace(file, data=one.data, name=f"{file.name.removesuffix('.png')}.{one.extension}"))
            for file, one in zip(files, shrunk, strict=True)
        ]


def _upload(file: File) -> Upload:
    return Upload(file.name, file.data, file.spoiler, file.description)
