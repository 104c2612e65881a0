"""Forgetting: all that is kept about a member who asks for it, or of a server that the bot has left."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.adding.additions import Adding
from bot.adding.removal import Removal
from bot.agenda import Agenda
from bot.blends.blends import Blends
from bot.desk import Desk
from bot.members import Members
from bot.outbox import Courier
from bot.result import cancelled
from bot.store.member_data import MemberData
from bot.store.pictures import Pictures
from bot.styles.choices import Choices

FORGET = "forget"
AGAIN_SECONDS = 300.0
"""After which it is begun again, where the bot ended in the middle."""
TELL_SECONDS = 3.0
"""For the messages of what was cancelled, before it is not known any more where they are."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What there was; `blocks` stay."""

    jobs: int
    pictures: int
    blocks: int


class Forgetting:
    def __init__(
        self,
        data: MemberData,
        desk: Desk,
        courier: Courier,
        pictures: Pictures,
        agenda: Agenda,
        members: Members,
        choices: Choices,
        adding: Adding,
        removal: Removal,
        blends: Blends,
    ) -> None:
        self._data = data
        self._desk = desk
        self._courier = courier
        self._pictures = pictures
        self._agenda = agenda
        self._members = members
        self._choices = choices
        self._adding = adding
        self._removal = removal
        self._blends = blends

    async def member(self, user_id: int) -> Forgotten:
        """Once it is begun, it is finished: after a crash at the next start. Raises `StoreFailed`."""
        await self._agenda.at(time.time() + AGAIN_SECONDS, FORGET, str(user_id))
        jobs = await self._data.jobs_of_member(user_id)
        pictures, _ = await self._data.room_of(user_id)
        await self._stop(jobs)
        await self._pictures.drop(jobs)
        await self._adding.stop_all(user_id=user_id)
        await self._removal.member(user_id)
        blocks = await self._data.forget(user_id)
        await self._members.forget(user_id)
        self._choices.forget(user_id)
        self._blends.forget()
        return Forgotten(len(jobs), pictures, blocks)

    async def due(self, key: str) -> None:
        """For the agenda: one that was not finished."""
        await self.member(int(key))

    async def server(self, guild_id: int) -> None:
        """Raises `StoreFailed`."""
        jobs = await self._data.jobs_of_server(guild_id)
        for id in await self._data.open_of(jobs):
            await self._desk.cancel(id)
        await self._pictures.drop(jobs)
        await self._adding.stop_all(guild_id=guild_id)
        await self._removal.server(guild_id)
        await self._data.purge(guild_id)
        self._blends.forget()

    async def _stop(self, ids: Sequence[str]) -> None:
        """What waits and what is being painted; their messages say so."""
        for id in await self._data.open_of(ids):
            job = await self._desk.jobs.get(id)
            if job is not None:
                await self._desk.cancel(id, cancelled(job))
        self._courier.wake()
        await self._courier.emptied(TELL_SECONDS)
