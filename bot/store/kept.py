"""Small facts the bot keeps by name."""

from bot.store.database import Database


class Kept:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        rows = await self._database.read("SELECT value FROM kept WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    async def set(self, name: str, value: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (name, value))
