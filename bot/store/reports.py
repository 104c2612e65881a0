"""Reports: pictures that a moderator is to look at, until one has."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import aiosqlite

from bot.form import Letter
from bot.store.database import Database
from bot.store.outbox import put
from bot.store.servers import Entry, enter

SCREEN = 0
"""In place of a member's id: the engine's screen, whose pictures are held back until somebody has looked at them."""
_COLUMNS = "id, guild_id, job_id, user_id, why, at"


def new_id() -> str:
    """Not of the length of a job's id: a message that has one is not taken for that of a picture."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`user_id` is who made it. `at` is in Unix seconds."""

    guild_id: int
    job_id: str
    user_id: int
    at: float
    why: str = ""
    id: str = field(default_factory=new_id)

    @property
    def holds(self) -> bool:
        """The picture is held back until somebody has looked at it."""
        return self.user_id == SCREEN


class Reports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, report: Report, most: int, since: float, entry: Entry, letter: Letter | None) -> bool:
        """With the entry that says so and the letter that tells of it. False where the same member has reported that
        picture before, or as many as `most` since then (Unix seconds)."""
        async with self._database.writing() as connection:
            had = await connection.execute_fetchall(
                "SELECT COUNT(*) FROM reports WHERE user_id = ? AND at > ?", (report.user_id, since)
            )
            if next(iter(had))[0] >= most or not await keep(connection, report):
                return False
            await enter(connection, entry, letter)
        return True

    async def get(self, id: str) -> Report | None:
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM reports WHERE id = ?", id)
        return _report(rows[0]) if rows else None

    async def has(self, job_id: str, user_id: int) -> bool:
        """Whether that member has reported that picture."""
        found = "SELECT 1 FROM reports WHERE job_id = ? AND user_id = ?"
        return bool(await self._database.read(found, job_id, user_id))

    async def count_since(self, user_id: int, since: float) -> int:
        """How many a member has made since then (Unix seconds)."""
        found = "SELECT COUNT(*) FROM reports WHERE user_id = ? AND at > ?"
        return int((await self._database.read(found, user_id, since))[0][0])

    async def open_in(self, guild_id: int, most: int, skip: int = 0) -> list[Report]:
        """Those of a server that nobody has answered, the oldest first."""
        where = "WHERE guild_id = ? AND closed_at IS NULL ORDER BY at LIMIT ? OFFSET ?"
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM reports {where}", guild_id, most, skip)
        return [_report(row) for row in rows]

    async def count_open(self, guild_id: int) -> int:
        """How many `open_in` has."""
        found = "SELECT COUNT(*) FROM reports WHERE guild_id = ? AND closed_at IS NULL"
        return int((await self._database.read(found, guild_id))[0][0])

    async def close(self, job_id: str, entry: Entry | None = None, letter: Letter | None = None) -> None:
        """All about that picture: somebody has seen to it, as the entry says, where nothing else does."""
        async with self._database.writing() as connection:
            await _close(connection, job_id)
            if entry is not None:
                await enter(connection, entry, letter)

    async def answer(self, job_id: str, state: str, letter: Letter, entry: Entry, told: Letter | None) -> bool:
        """What becomes of a picture that is held back, painted or deleted, with the letter for its message. Whether it
        was still held."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "UPDATE jobs SET state = ? WHERE id = ? AND state = 'held'", (state, job_id)
            )
            if not cursor.rowcount:
                return False
            await _close(connection, job_id)
            await put(connection, letter)
            await enter(connection, entry, told)
        return True


async def keep(connection: aiosqlite.Connection, report: Report) -> bool:
    """Whether it is a new one: each member has one about a picture."""
    values = (report.id, report.guild_id, report.job_id, report.user_id, report.why, report.at)
    cursor = await connection.execute(
        "INSERT OR IGNORE INTO reports (id, guild_id, job_id, user_id, why, at) VALUES (?, ?, ?, ?, ?, ?)", values
    )
    return cursor.rowcount > 0


async def _close(connection: aiosqlite.Connection, job_id: str) -> None:
    await connection.execute(
        "UPDATE reports SET closed_at = ? WHERE job_id = ? AND closed_at IS NULL", (time.time(), job_id)
    )


def _report(row: tuple[Any, ...]) -> Report:
    id, guild_id, job_id, user_id, why, at = row
    return Report(id=id, guild_id=guild_id, job_id=job_id, user_id=user_id, why=why, at=at)
