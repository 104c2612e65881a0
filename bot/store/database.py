"""The database: one file, one connection, one writer at a time, brought up to date when it is opened."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import aiosqlite

from protocol.errors import StyleSealError

_BUSY_MILLISECONDS = 10_000
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")


class StoreFailed(StyleSealError):
    """The database cannot be read or written; the sentence says what to do."""

    code = "store_failed"


class Database:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection
        self._writer = asyncio.Lock()

    async def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of it. Raises `StoreFailed`."""
        try:
            async with self.connection.execute(statement, values) as cursor:
                return [tuple(row) for row in await cursor.fetchall()]
        except aiosqlite.Error as wrong:
            raise StoreFailed(f"The bot's database could not be read: {wrong}.") from wrong

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction: all of it is kept or, where it raises, nothing. Raises `StoreFailed`."""
        async with self._writer:
            try:
                try:
                    await self.connection.execute("BEGIN IMMEDIATE")
                    yield self.connection
                    await self.connection.execute("COMMIT")
                except BaseException:
                    # Cancelled in the middle of beginning, the transaction begins nevertheless; it may have none, too.
                    with contextlib.suppress(aiosqlite.OperationalError):
                        await self.connection.execute("ROLLBACK")
                    raise
            except aiosqlite.Error as wrong:
                raise StoreFailed(f"The bot's database could not be written: {wrong}.") from wrong


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    """Raises `StoreFailed`, also for a file that a newer version has written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = await aiosqlite.connect(path, isolation_level=None)
    except (OSError, aiosqlite.Error) as wrong:
        raise StoreFailed(f"The bot's database {path} cannot be opened: {wrong}.") from wrong
    try:
        await _prepared(connection, path)
        yield Database(connection)
    finally:
        await connection.close()


async def _prepared(connection: aiosqlite.Connection, path: Path) -> None:
    try:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = NORMAL")
        await connection.execute("PRAGMA foreign_keys = ON")
        await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        await _migrate(connection, path)
    except aiosqlite.Error as wrong:
        raise StoreFailed(f"The bot's database {path} cannot be used: {wrong}.") from wrong


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    """Runs the numbered migrations that the file has not seen, together."""
    await connection.execute("BEGIN IMMEDIATE")
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    done = 0 if row is None else int(row[0])
    known = migrations()
    if done > len(known):
        await connection.execute("ROLLBACK")
        raise StoreFailed(f"The bot's database {path} is of a newer StyleSeal; use that one, or another data folder.")
    for number, script in enumerate(known[done:], done + 1):
        for statement in filter(str.strip, script.split(";")):
            await connection.execute(statement)
        await connection.execute(f"PRAGMA user_version = {number}")
    await connection.execute("COMMIT")


def migrations() -> list[str]:
    """Their texts in order; each is named by its number and what it brings."""
    folder = resources.files("bot.store") / "migrations"
    found = {
        match[1]: file.read_text("utf-8") for file in folder.iterdir() if (match := _NUMBERED.fullmatch(file.name))
    }
    return [found[number] for number in sorted(found)]
