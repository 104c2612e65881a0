"""Whom a server keeps from using the bot, and until when."""

from dataclasses import dataclass

from bot.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`until` is in Unix seconds; None is for good. `by` is who said so."""

    guild_id: int
    user_id: int
    by: int
    at: float
    until: float | None = None
    why: str = ""


class Blocks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, block: Block) -> None:
        """In place of an earlier one."""
        async with self._database.writing() as connection:
            await connection.execute(
                "INSERT OR REPLACE INTO blocks (guild_id, user_id, until, why, by, at) VALUES (?, ?, ?, ?, ?, ?)",
                (block.guild_id, block.user_id, block.until, block.why, block.by, block.at),
            )

    async def of(self, guild_id: int, user_id: int, now: float) -> Block | None:
        """The one that holds now."""
        rows = await self._database.read(
            "SELECT until, why, by, at FROM blocks WHERE guild_id = ? AND user_id = ?", guild_id, user_id
        )
        if not rows or (rows[0][0] is not None and rows[0][0] <= now):
            return None
        until, why, by, at = rows[0]
        return Block(guild_id=guild_id, user_id=user_id, by=by, at=at, until=until, why=why)

    async def remove(self, guild_id: int, user_id: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute("DELETE FROM blocks WHERE guild_id = ? AND user_id = ?", (guild_id, user_id))
