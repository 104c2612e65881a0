"""Messages that only an interaction's token reaches: private ones, and those of a bot that a member brought along.

Shortly before the token dies, such a message gets a Collect button, whose click brings a fresh token. Whatever is ready
by then is held until it is clicked; nobody else ever sees it.
"""

import asyncio
import logging
import time
from dataclasses import replace

from bot import jobs
from bot.agenda import Agenda
from bot.answers import Interaction
from bot.buttons import collect_view
from bot.delivery import Delivery
from bot.desk import Desk
from bot.form import Form
from bot.jobs import Job, State
from bot.outbox import Courier
from bot.refusals import Away
from bot.result import queued
from bot.store.agenda import Item
from bot.texts import text

log = logging.getLogger(__name__)
COLLECT = "collect"
_AGAIN_SECONDS = (0.1, 0.3, 0.5, 1.0)
"""Within the three that a click may be acknowledged in."""


class Collecting:
    def __init__(self, desk: Desk, delivery: Delivery, courier: Courier, agenda: Agenda) -> None:
        self._desk = desk
        self._delivery = delivery
        self._courier = courier
        self._agenda = agenda

    async def due(self, job_id: str) -> None:
        """The token is about to die: for the agenda. Raises `Away`, to be called again."""
        async with self._delivery.alone(job_id):
            job = await self._desk.jobs.get(job_id)
            if job is None or time.time() < job.place.token_until or not await self._is_open(job):
                return  # or a click has brought a fresh one just now
            await self._delivery.last_words(job, Form.of(text(job.place.locale, "collect_later"), collect_view(job)))

    async def collect(self, job: Job, interaction: Interaction) -> bool:
        """Takes the fresh token of a click; whether there was anything left to collect."""
        if not await self._is_open(job):
            return False
        await self._taken_over(interaction)
        until = time.time() + jobs.TOKEN_SECONDS
        place = replace(job.place, token=interaction.token, token_until=until, message_id=None)
        await self._desk.jobs.renewed(replace(job, place=place), Item(COLLECT, job.id, until))
        self._agenda.wake()
        if await self._courier.outbox.release(job.id):
            self._courier.wake()
        elif job.state is State.WAITING:
            await self._delivery.progress(job.id, queued(job, self._desk.foreseen(job)), State.WAITING)
        return True

    async def _taken_over(self, interaction: Interaction) -> None:
        """Where the answer to it is lost, the next try finds it done. Raises `Late`, `Away`."""
        for wait in _AGAIN_SECONDS:
            try:
                await self._delivery.take_over(interaction.id, interaction.token)
            except Away as away:
                log.info("a click is acknowledged again: %s", away.sentence)
                await asyncio.sleep(max(wait, away.after))
            else:
                return
        await self._delivery.take_over(interaction.id, interaction.token)

    async def _is_open(self, job: Job) -> bool:
        """Whether its message is still going to change."""
        return not job.state.is_over or bool(await self._courier.outbox.of_job(job.id))
