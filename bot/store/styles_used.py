"""The styles that a member used lately, and those that they starred."""

from dataclasses import dataclass

from bot.store.database import Database

MOST = 25
"""Kept of those used lately, besides the favourites: no more are ever offered at once."""


@dataclass(frozen=True, slots=True)
class Used:
    """`at` is in Unix seconds; 0 for a favourite that was never used."""

    style: str
    at: float
    favourite: bool


class StylesUsed:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> list[Used]:
        """The latest first."""
        rows = await self._database.read(
            "SELECT style, used_at, favourite FROM styles_used WHERE user_id = ? ORDER BY used_at DESC, style", user_id
        )
        return [Used(style, at, bool(favourite)) for style, at, favourite in rows]

    async def used(self, user_id: int, style: str, at: float) -> None:
        """Those used longest ago are not kept any more."""
        async with self._database.writing() as connection:
            await connection.execute(
                "INSERT INTO styles_used (user_id, style, used_at) VALUES (?, ?, ?) "
                "ON CONFLICT (user_id, style) DO UPDATE SET used_at = excluded.used_at",
                (user_id, style, at),
            )
            await connection.execute(
                "DELETE FROM styles_used WHERE user_id = ?1 AND favourite = 0 AND style NOT IN (SELECT style "
                "FROM styles_used WHERE user_id = ?1 AND favourite = 0 ORDER BY used_at DESC LIMIT ?2)",
                (user_id, MOST),
            )

    async def star(self, user_id: int, style: str, favourite: bool) -> None:
        """One that is neither a favourite nor was ever used is not kept."""
        async with self._database.writing() as connection:
            await connection.execute(
                "INSERT INTO styles_used (user_id, style, used_at, favourite) VALUES (?, ?, 0, ?) "
                "ON CONFLICT (user_id, style) DO UPDATE SET favourite = excluded.favourite",
                (user_id, style, favourite),
            )
            await connection.execute(
                "DELETE FROM styles_used WHERE user_id = ? AND used_at = 0 AND favourite = 0", (user_id,)
            )
