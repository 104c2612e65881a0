"""Jobs in the database: from before they are acknowledged until long after, for the buttons under the pictures."""

import json
from dataclasses import replace
from typing import Any

from bot.jobs import Job, Place, State
from bot.store.database import Database
from protocol.paint import PaintRequest

_COLUMNS = (
    "id, state, user_id, guild_id, channel_id, message_id, token, token_until, locale, style, request, crashes, why, "
    "created_at"
)


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: Job) -> None:
        place = job.place
        values = (
            *(job.id, job.state, job.user_id, place.guild_id, place.channel_id, place.message_id, place.token),
            *(place.token_until, place.locale, job.style, json.dumps(job.request.to_json()), job.crashes, job.why),
            job.created_at,
        )
        async with self._database.writing() as connection:
            await connection.execute(f"INSERT INTO jobs ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)

    async def get(self, id: str) -> Job | None:
        async with self._database.connection.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (id,)) as cursor:
            row = await cursor.fetchone()
        return None if row is None else _job(tuple(row))

    async def unfinished(self) -> list[Job]:
        """In the order in which they came."""
        where = "WHERE state IN ('waiting', 'painting') ORDER BY created_at"
        async with self._database.connection.execute(f"SELECT {_COLUMNS} FROM jobs {where}") as cursor:
            return [_job(tuple(row)) for row in await cursor.fetchall()]

    async def acknowledged(self, job: Job, message_id: int) -> Job:
        async with self._database.writing() as connection:
            await connection.execute("UPDATE jobs SET message_id = ? WHERE id = ?", (message_id, job.id))
        return replace(job, place=replace(job.place, message_id=message_id))

    async def move(self, id: str, *, to: State, why: str = "") -> bool:
        """Whether it was moved: what is over stays as it ended."""
        over = [state.value for state in State if state.is_over]
        marks = ", ".join("?" * len(over))
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                f"UPDATE jobs SET state = ?, why = ? WHERE id = ? AND state NOT IN ({marks})", (to, why, id, *over)
            )
            return cursor.rowcount > 0

    async def crashed(self, job: Job) -> Job:
        """The engine died while it was painted."""
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE jobs SET crashes = crashes + 1, state = 'waiting' WHERE id = ? AND state = 'painting'",
                (job.id,),
            )
        return replace(job, crashes=job.crashes + 1, state=State.WAITING)


def _job(row: tuple[Any, ...]) -> Job:
    (id, state, user, guild, channel, message, token, until, locale, style, request, crashes, why, created) = row
    place = Place(channel_id=channel, guild_id=guild, token=token, token_until=until, message_id=message, locale=locale)
    return Job(
        id=id,
        user_id=user,
        request=PaintRequest.from_json(json.loads(request)),
        style=style,
        place=place,
        created_at=created,
        state=State(state),
        crashes=crashes,
        why=why,
    )
