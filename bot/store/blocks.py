"""Whom a server keeps from using the bot, and until when."""

from dataclasses import dataclass
from typing import Any

from bot.form import Letter
from bot.store.database import Database
from bot.store.servers import Entry, enter

_COLUMNS = "guild_id, user_id, by, at, until, why"
_HOLDS = "(until IS NULL OR until > ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`until` is in Unix seconds; None is for good. `by` is who said so, and `why` is as they wrote it."""

    guild_id: int
    user_id: int
    by: int
    at: float
    until: float | None = None
    why: str = ""


class Blocks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, block: Block, entry: Entry | None = None, letter: Letter | None = None) -> None:
        """In place of an earlier one, with the entry that says so and the letter that tells of it."""
        async with self._database.writing() as connection:
            await connection.execute(
                "INSERT OR REPLACE INTO blocks (guild_id, user_id, until, why, by, at) VALUES (?, ?, ?, ?, ?, ?)",
                (block.guild_id, block.user_id, block.until, block.why, block.by, block.at),
            )
            if entry is not None:
                await enter(connection, entry, letter)

    async def of(self, guild_id: int, user_id: int, now: float) -> Block | None:
        """The one that holds now."""
        where = f"WHERE guild_id = ? AND user_id = ? AND {_HOLDS}"
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM blocks {where}", guild_id, user_id, now)
        return _block(rows[0]) if rows else None

    async def in_server(self, guild_id: int, now: float, most: int, skip: int = 0) -> list[Block]:
        """Those that hold now, the latest first."""
        where = f"WHERE guild_id = ? AND {_HOLDS} ORDER BY at DESC LIMIT ? OFFSET ?"
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM blocks {where}", guild_id, now, most, skip)
        return [_block(row) for row in rows]

    async def count(self, guild_id: int, now: float) -> int:
        """How many hold now."""
        found = f"SELECT COUNT(*) FROM blocks WHERE guild_id = ? AND {_HOLDS}"
        return int((await self._database.read(found, guild_id, now))[0][0])

    async def remove(
        self, guild_id: int, user_id: int, entry: Entry | None = None, letter: Letter | None = None
    ) -> bool:
        """Whether there was one; the entry says that it is no more, and the letter tells of it."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "DELETE FROM blocks WHERE guild_id = ? AND user_id = ?", (guild_id, user_id)
            )
            if cursor.rowcount > 0 and entry is not None:
                await enter(connection, entry, letter)
            return cursor.rowcount > 0


def _block(row: tuple[Any, ...]) -> Block:
    guild_id, user_id, by, at, until, why = row
    return Block(guild_id=guild_id, user_id=user_id, by=by, at=at, until=until, why=why)
