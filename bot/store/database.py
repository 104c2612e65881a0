"""The database: one file, a connection that writes and one that reads, brought up to date when it is opened.

Readers see what was committed last, and wait for no writer. One task at a time writes; whoever else wants to, waits.
"""

import asyncio
import contextlib
import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import aiosqlite

from bot.store.lock import held
from protocol.errors import StyleSealError

_BUSY_MILLISECONDS = 10_000
_EMPTYING_MILLISECONDS = 1_000
"""Nobody can write meanwhile, and members wait."""
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program has kept it locked for too long; end that one",
    sqlite3.SQLITE_FULL: "the disk is full; free some of it",
    sqlite3.SQLITE_READONLY: "let the user that runs the bot write it",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; end the bot and put a backup in its place",
    sqlite3.SQLITE_NOTADB: "the file is damaged; end the bot and put a backup in its place",
}


class StoreFailed(StyleSealError):
    """The database cannot be read or written; the sentence says what to do."""

    code = "store_failed"


class Database:
    """`connection` writes, `reader` reads; neither has an isolation level."""

    def __init__(self, connection: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.connection = connection
        self.reader = reader
        self._writer = asyncio.Lock()
        self._writing: asyncio.Task[Any] | None = None

    async def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of it, as they were committed. Raises `StoreFailed`."""
        try:
            # In one call of the thread: a task cancelled in between leaves no statement open, which would go on seeing
            # the past.
            return [tuple(row) for row in await self.reader.execute_fetchall(statement, values)]
        except aiosqlite.Error as wrong:
            raise StoreFailed(f"The bot's database could not be read: {_reason(wrong)}.") from wrong

    async def empty_log(self) -> None:
        """Brings into the file what is in the log beside it, which is empty then: nothing can be read there any more.
        Raises `StoreFailed`, also while somebody reads what was there before, as a backup does that is being made."""
        async with self._writer:
            try:
                await self.connection.execute(f"PRAGMA busy_timeout = {_EMPTYING_MILLISECONDS}")
                [(busy, *_)] = await self.connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except aiosqlite.Error as wrong:
                raise StoreFailed(f"The bot's database could not be written: {_reason(wrong)}.") from wrong
            finally:
                await self.connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        if busy:
            raise StoreFailed("The log of the bot's database could not be emptied: another program reads there.")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction: all of it is kept or, where it raises, nothing. Where it is cancelled while it is being
        committed, it is kept or not, but never a part of it. Raises `StoreFailed`."""
        if self._writing is not None and self._writing is asyncio.current_task():
            raise RuntimeError("This task is in a transaction already, and would wait for itself for ever.")
        async with self._writer:
            self._writing = asyncio.current_task()
            try:
                async with _transaction(self.connection):
                    yield self.connection
            except aiosqlite.Error as wrong:
                raise StoreFailed(f"The bot's database could not be written: {_reason(wrong)}.") from wrong
            finally:
                self._writing = None


@asynccontextmanager
async def _transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Whatever was asked of the connection's thread happens, in that order, whether or not somebody waits for it: what
    is rolled back here is rolled back before the next transaction begins, also where this wait is cancelled again."""
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.execute("COMMIT")
    except BaseException:
        # There may be none: it never began, or a full disk ended it.
        with contextlib.suppress(aiosqlite.OperationalError):
            await connection.execute("ROLLBACK")
        raise


@asynccontextmanager
async def opened(path: Path, known: Sequence[str] | None = None) -> AsyncIterator[Database]:
    """Alone on the folder that the file is in; `known` are the migrations, if not the bot's. Raises `StoreFailed`, also
    for a file that a newer version has written, and `FolderTaken` or `FolderUnusable`."""
    with held(path.parent):
        _check_file(path)
        async with _connected(path) as connection:
            await _prepared(connection, path, migrations() if known is None else known)
            async with _connected(path) as reader:
                await reader.execute("PRAGMA query_only = ON")
                yield Database(connection, reader)


def _check_file(path: Path) -> None:
    """Before SQLite is asked: a connection that was never made leaves its thread behind. One that is made here can be
    read by its owner alone, and so can what SQLite puts beside it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as wrong:
        raise StoreFailed(f"The bot's database {path} cannot be opened: {wrong.strerror}.") from wrong


@asynccontextmanager
async def _connected(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    try:
        connection = await aiosqlite.connect(path, isolation_level=None)
    except aiosqlite.Error as wrong:
        raise StoreFailed(f"The bot's database {path} cannot be opened: {_reason(wrong)}.") from wrong
    try:
        await connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        yield connection
    finally:
        await connection.close()


async def _prepared(connection: aiosqlite.Connection, path: Path, known: Sequence[str]) -> None:
    try:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = NORMAL")
        await connection.execute("PRAGMA secure_delete = ON")  # not every SQLite overwrites by itself what is deleted
        async with _transaction(connection):
            await _migrate(connection, path, known)
        # Only now: a migration may make a table anew, and its rows are not to take those of others with them.
        await connection.execute("PRAGMA foreign_keys = ON")
    except aiosqlite.Error as wrong:
        raise StoreFailed(f"The bot's database {path} cannot be used: {_reason(wrong)}.") from wrong


async def _migrate(connection: aiosqlite.Connection, path: Path, known: Sequence[str]) -> None:
    """Runs the numbered migrations that the file has not seen, together."""
    [(done,)] = await connection.execute_fetchall("PRAGMA user_version")
    if done > len(known):
        raise StoreFailed(f"The bot's database {path} is of a newer StyleSeal; use that one, or another data folder.")
    for number, script in enumerate(known[done:], done + 1):
        for statement in statements(script):
            await connection.execute(statement)
        await connection.execute(f"PRAGMA user_version = {number}")


def statements(script: str) -> Iterator[str]:
    """One after another: a semicolon in a text, a comment or a trigger ends none."""
    begun = ""
    for piece in script.split(";"):
        begun += f"{piece};"
        if sqlite3.complete_statement(begun):
            if begun.strip() != ";":
                yield begun
            begun = ""
    if begun:  # a comment at the end, or what SQLite is to say is unfinished
        yield begun.removesuffix(";")


def migrations(folder: Traversable | None = None) -> list[str]:
    """Their texts in order; each is named by its number and what it brings."""
    folder = resources.files("bot.store") / "migrations" if folder is None else folder
    found = {
        match[1]: file.read_text("utf-8") for file in folder.iterdir() if (match := _NUMBERED.fullmatch(file.name))
    }
    return [found[number] for number in sorted(found)]


def _reason(wrong: sqlite3.Error) -> str:
    """With what to do about it, where that is known."""
    code = getattr(wrong, "sqlite_errorcode", None)  # errors of Python's own have none
    return str(wrong) if code is None or (code & 0xFF) not in _ADVICE else f"{wrong}: {_ADVICE[code & 0xFF]}"
