"""Jobs in the database: from before they are acknowledged until long after, for the buttons under the pictures."""

import json
from dataclasses import fields, replace
from typing import Any

from bot.form import Letter
from bot.jobs import Job, Picture, Place, State, Variant
from bot.store.agenda import Item, note
from bot.store.database import Database
from bot.store.outbox import put
from bot.store.reports import Report, keep
from protocol.paint import PaintRequest

_COLUMNS = (
    "id, state, user_id, guild_id, channel_id, message_id, interaction_id, token, token_until, by_bot, private, nsfw, "
    "upload_bytes, locale, style, request, aspect, strength, init_url, spoiler, preview, weight, note, parent, "
    "crashes, suspect, why, created_at, amount, variants"
)
_NAMES = _COLUMNS.split(", ")
"""The fields of a job and of its place have them, too."""
_FLAGS = {"by_bot", "private", "nsfw", "spoiler", "preview", "suspect"}
_OPEN = "('asked', 'waiting', 'painting')"
_SHOWN = "('painted', 'done')"


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: Job) -> None:
        values = _row(job)
        marks = ", ".join("?" * len(values))
        async with self._database.writing() as connection:
            await connection.execute(f"INSERT INTO jobs ({_COLUMNS}) VALUES ({marks})", values)

    async def get(self, id: str) -> Job | None:
        """With its pictures."""
        found = await self._found("WHERE id = ?", id)
        return replace(found[0], pictures=await self._pictures(id)) if found else None

    async def in_message(self, message_id: int) -> str | None:
        """The id of the job whose message that is."""
        rows = await self._database.read("SELECT id FROM jobs WHERE message_id = ?", message_id)
        return str(rows[0][0]) if rows else None

    async def unfinished(self) -> list[Job]:
        """In the order in which they came."""
        return await self._found(f"WHERE state IN {_OPEN} ORDER BY created_at")

    async def unfinished_of_guild(self, guild_id: int, most: int) -> list[Job]:
        """Those whose members were told of them, in the order in which they came."""
        where = f"WHERE guild_id = ? AND state IN {_OPEN} AND state != 'asked' ORDER BY created_at LIMIT ?"
        return await self._found(where, guild_id, most)

    async def of_member(self, user_id: int, most: int, skip: int = 0) -> list[Job]:
        """Those that were painted and not deleted, the latest first, with their pictures."""
        found = await self.latest_of_member(user_id, most, skip)
        return [replace(job, pictures=await self._pictures(job.id)) for job in found]

    async def latest_of_member(self, user_id: int, most: int, skip: int = 0) -> list[Job]:
        """As `of_member`, without their pictures."""
        where = f"WHERE user_id = ? AND state IN {_SHOWN} ORDER BY created_at DESC LIMIT ? OFFSET ?"
        return await self._found(where, user_id, most, skip)

    async def count_of_member(self, user_id: int) -> int:
        """How many `of_member` has."""
        where = f"WHERE user_id = ? AND state IN {_SHOWN}"
        return int((await self._database.read(f"SELECT COUNT(*) FROM jobs {where}", user_id))[0][0])

    async def amount_since(self, guild_id: int, user_id: int, since: float) -> tuple[int, float]:
        """How many pictures a member asked for in a server since then (Unix seconds), and when the first of these was
        asked for; what was cancelled or failed does not count."""
        rows = await self._database.read(
            "SELECT COALESCE(SUM(amount), 0), COALESCE(MIN(created_at), 0) FROM jobs WHERE user_id = ? "
            "AND created_at > ? AND guild_id = ? AND state NOT IN ('failed', 'cancelled')",
            *(user_id, since, guild_id),
        )
        return int(rows[0][0]), float(rows[0][1])

    async def acknowledged(self, job: Job, *agenda: Item) -> Job:
        """Where its message is, is known now, and what must happen later because of it. One cancelled meanwhile stays
        so."""
        place = job.place
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE jobs SET state = CASE state WHEN 'asked' THEN 'waiting' ELSE state END, message_id = ?, "
                "private = ? WHERE id = ?",
                (place.message_id, place.private, job.id),
            )
            for item in agenda:
                await note(connection, item)
        return replace(job, state=State.WAITING)

    async def renewed(self, job: Job, *agenda: Item) -> None:
        """A click brought a fresh token for its message."""
        place = job.place
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE jobs SET token = ?, token_until = ?, message_id = ? WHERE id = ?",
                (place.token, place.token_until, place.message_id, job.id),
            )
            for item in agenda:
                await note(connection, item)

    async def token_died(self, id: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute("UPDATE jobs SET token_until = 0 WHERE id = ?", (id,))

    async def moved_to_message(self, id: str, message_id: int) -> None:
        """Its message was gone, and it has another."""
        async with self._database.writing() as connection:
            await connection.execute("UPDATE jobs SET message_id = ? WHERE id = ?", (message_id, id))

    async def move(self, id: str, *, to: State, why: str = "", letter: Letter | None = None) -> bool:
        """Whether it was moved, and the letter put into the outbox: what is over stays as it ended."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                f"UPDATE jobs SET state = ?, why = ? WHERE id = ? AND state IN {_OPEN}", (to, why, id)
            )
            if cursor.rowcount > 0 and letter is not None:
                await put(connection, letter)
            return cursor.rowcount > 0

    async def painted(self, job: Job, letter: Letter, report: Report | None = None, told: Letter | None = None) -> bool:
        """Its pictures are kept: the job, what is known of them and the letter, all or nothing. With a report they are
        held back, and a moderator is told. Whether it was still wanted."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                f"UPDATE jobs SET state = ?, request = ?, suspect = 0 WHERE id = ? AND state IN {_OPEN}",
                (State.PAINTED if report is None else State.HELD, json.dumps(job.request.to_json()), job.id),
            )
            if not cursor.rowcount:
                return False
            await connection.executemany(
                "INSERT OR REPLACE INTO pictures (job_id, number, user_id, seed, prompt_used, cut, bytes, seconds, "
                "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(job.id, one.number, job.user_id, one.seed, one.prompt_used, one.cut, one.bytes, one.seconds),
                        letter.created_at,
                    )
                    for one in job.pictures
                ],
            )
            await put(connection, letter)
            if report is not None:
                await keep(connection, report)
            if told is not None:
                await put(connection, told)
        return True

    async def crashed(self, job: Job, *, alone: bool) -> Job:
        """The engine died while it was painted. It is a suspect now, and that counts against it where it was alone."""
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE jobs SET crashes = crashes + ?, suspect = 1, state = 'waiting' "
                "WHERE id = ? AND state = 'painting'",
                (int(alone), job.id),
            )
        return replace(job, crashes=job.crashes + alone, suspect=True, state=State.WAITING)

    async def _found(self, where: str, *values: Any) -> list[Job]:
        """Without their pictures."""
        return [_job(row) for row in await self._database.read(f"SELECT {_COLUMNS} FROM jobs {where}", *values)]

    async def _pictures(self, id: str) -> tuple[Picture, ...]:
        rows = await self._database.read(
            "SELECT number, seed, prompt_used, cut, bytes, seconds FROM pictures WHERE job_id = ? ORDER BY number", id
        )
        return tuple(
            Picture(number=number, seed=seed, prompt_used=used, cut=cut, bytes=bytes, seconds=seconds)
            for number, seed, used, cut, bytes, seconds in rows
        )


def _row(job: Job) -> tuple[Any, ...]:
    place = job.place
    return (
        *(job.id, job.state, job.user_id, place.guild_id, place.channel_id, place.message_id, place.interaction_id),
        *(place.token, place.token_until, place.by_bot, place.private, place.nsfw, place.upload_bytes, place.locale),
        *(job.style, json.dumps(job.request.to_json()), job.aspect, job.strength, job.init_url, job.spoiler),
        *(job.preview, job.weight, job.note, job.parent, job.crashes, job.suspect, job.why, job.created_at),
        *(job.amount, json.dumps([one.to_json() for one in job.variants]) if job.variants else ""),
    )


def _job(row: tuple[Any, ...]) -> Job:
    kept: dict[str, Any] = {
        name: bool(value) if name in _FLAGS else value for name, value in zip(_NAMES, row, strict=True)
    }
    place = Place(**{field.name: kept.pop(field.name) for field in fields(Place)})
    kept |= {"request": PaintRequest.from_json(json.loads(kept["request"])), "state": State(kept["state"])}
    kept["variants"] = tuple(Variant.from_json(one) for one in json.loads(kept["variants"] or "[]"))
    del kept["amount"]
    return Job(place=place, **kept)
