"""The agenda: what must happen later, and when."""

from dataclasses import dataclass

import aiosqlite

from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Item:
    """`at` is in Unix seconds; one kind has a key once."""

    kind: str
    key: str
    at: float


class AgendaStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, item: Item) -> None:
        """In place of an earlier one of that kind and key."""
        async with self._database.writing() as connection:
            await note(connection, item)

    async def next(self) -> Item | None:
        rows = await self._database.read("SELECT kind, key, at FROM agenda ORDER BY at LIMIT 1")
        return Item(*rows[0]) if rows else None

    async def get(self, kind: str, key: str) -> Item | None:
        rows = await self._database.read("SELECT kind, key, at FROM agenda WHERE kind = ? AND key = ?", kind, key)
        return Item(*rows[0]) if rows else None

    async def keys(self, kind: str) -> list[str]:
        """Of all of that kind."""
        return [key for (key,) in await self._database.read("SELECT key FROM agenda WHERE kind = ?", kind)]

    async def remove(self, item: Item) -> None:
        """Unless it was put off meanwhile."""
        async with self._database.writing() as connection:
            await connection.execute(
                "DELETE FROM agenda WHERE kind = ? AND key = ? AND at = ?", (item.kind, item.key, item.at)
            )

    async def drop(self, kind: str, key: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute("DELETE FROM agenda WHERE kind = ? AND key = ?", (kind, key))


async def note(connection: aiosqlite.Connection, item: Item) -> None:
    await connection.execute(
        "INSERT OR REPLACE INTO agenda (kind, key, at) VALUES (?, ?, ?)", (item.kind, item.key, item.at)
    )
