"""The outbox: whatever must reach Discord, until it has."""

import json
from typing import Any

import aiosqlite

from bot.form import Form, Letter, Target
from bot.store.database import Database

_COLUMNS = "key, target, form, created_at, due, tries, message_id"


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *letters: Letter) -> None:
        async with self._database.writing() as connection:
            for letter in letters:
                await put(connection, letter)

    async def due(self, now: float, most: int) -> list[Letter]:
        """Those whose time has come, the longest overdue first."""
        where = "WHERE held = 0 AND due <= ? ORDER BY due LIMIT ?"
        return [_letter(row) for row in await self._database.read(f"SELECT {_COLUMNS} FROM outbox {where}", now, most)]

    async def next_due(self) -> float | None:
        rows = await self._database.read("SELECT due FROM outbox WHERE held = 0 ORDER BY due LIMIT 1")
        return None if not rows else float(rows[0][0])

    async def of_job(self, job_id: str) -> list[Letter]:
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM outbox WHERE job_id = ?", job_id)
        return [_letter(row) for row in rows]

    async def later(self, letter: Letter, due: float) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE outbox SET due = ?, tries = tries + 1 WHERE key = ? AND created_at = ?",
                (due, letter.key, letter.created_at),
            )

    async def hold(self, letter: Letter) -> None:
        """Until the member brings a fresh token."""
        async with self._database.writing() as connection:
            await connection.execute(
                "UPDATE outbox SET held = 1 WHERE key = ? AND created_at = ?", (letter.key, letter.created_at)
            )

    async def release(self, job_id: str) -> bool:
        """Whether anything was held for that job."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "UPDATE outbox SET held = 0, due = 0 WHERE job_id = ? AND held = 1", (job_id,)
            )
            return cursor.rowcount > 0

    async def sent(self, letter: Letter, *following: Letter) -> None:
        """It has arrived; what follows from that goes out next. A job whose picture it was is done."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "DELETE FROM outbox WHERE key = ? AND created_at = ?", (letter.key, letter.created_at)
            )
            if cursor.rowcount > 0 and letter.target.job_id:
                await connection.execute(
                    "UPDATE jobs SET state = 'done' WHERE id = ? AND state = 'painted'", (letter.target.job_id,)
                )
            for other in following:
                await put(connection, other)


async def put(connection: aiosqlite.Connection, letter: Letter) -> None:
    """In place of an earlier one of the same key."""
    values = (letter.key, letter.target.job_id or None, json.dumps(letter.target.to_json()))
    form = json.dumps(letter.form.to_json())
    await connection.execute(
        "INSERT OR REPLACE INTO outbox (key, job_id, target, form, created_at, due) VALUES (?, ?, ?, ?, ?, ?)",
        (*values, form, letter.created_at, letter.due),
    )


def _letter(row: tuple[Any, ...]) -> Letter:
    key, target, form, created, due, tries, message = row
    return Letter(
        key=key,
        target=Target.from_json(json.loads(target)),
        form=Form.from_json(json.loads(form)),
        created_at=created,
        due=due,
        tries=tries,
        message_id=message,
    )
