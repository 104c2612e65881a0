"""Members' blends, and the servers that they share them with."""

import json
import time
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database

_COLUMNS = "blends.id, blends.user_id, blends.folded, name, title, parts, created_at"


@dataclass(frozen=True, slots=True)
class Part:
    """A style by the hash of its adapter, its name when it was put in, and its weight."""

    sha256: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBlend:
    """`folded` is its name as names are compared: two of one member have not the same, nor have two in a server."""

    id: str
    user_id: int
    folded: str
    name: str
    title: str
    parts: tuple[Part, ...]
    created_at: float
    """In Unix seconds."""


class BlendStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_member(self, user_id: int) -> list[KeptBlend]:
        """By name."""
        return await self._found("FROM blends WHERE user_id = ? ORDER BY folded", user_id)

    async def shared_in(self, guild_id: int) -> list[KeptBlend]:
        """By name."""
        return await self._found(
            "FROM blends_shared JOIN blends ON blends.id = blend_id WHERE guild_id = ? ORDER BY blends_shared.folded",
            guild_id,
        )

    async def get(self, id: str) -> KeptBlend | None:
        found = await self._found("FROM blends WHERE id = ?", id)
        return found[0] if found else None

    async def servers_of(self, id: str) -> list[int]:
        """Those that it is shared with."""
        rows = await self._database.read("SELECT guild_id FROM blends_shared WHERE blend_id = ?", id)
        return [guild_id for (guild_id,) in rows]

    async def add(self, blend: KeptBlend, most: int) -> bool:
        """Whether there was room for it: its member has `most` at most, and no other of its name."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "INSERT OR IGNORE INTO blends (id, user_id, folded, name, title, parts, created_at) "
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT COUNT(*) FROM blends WHERE user_id = ?2) < ?8",
                (*_row(blend), most),
            )
            return bool(cursor.rowcount > 0)

    async def edit(self, blend: KeptBlend) -> bool:
        """Its name, title and parts, for all that it is shared with. Whether it is still there, and its name nobody
        else's where it is to be."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "UPDATE OR IGNORE blends SET folded = ?1, name = ?2, title = ?3, parts = ?4 WHERE id = ?5 "
                "AND NOT EXISTS (SELECT 1 FROM blends_shared AS own JOIN blends_shared AS other "
                "ON other.guild_id = own.guild_id AND other.folded = ?1 AND other.blend_id != ?5 "
                "WHERE own.blend_id = ?5)",
                (blend.folded, blend.name, blend.title, _parts(blend), blend.id),
            )
            if cursor.rowcount > 0:
                await connection.execute(
                    "UPDATE blends_shared SET folded = ? WHERE blend_id = ?", (blend.folded, blend.id)
                )
            return bool(cursor.rowcount > 0)

    async def share(self, blend: KeptBlend, guild_id: int, most: int) -> bool:
        """Whether there was room for it: a server has `most` at most, and no other of its name."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "INSERT OR IGNORE INTO blends_shared (guild_id, folded, blend_id, user_id, shared_at) "
                "SELECT ?1, folded, id, user_id, ?3 FROM blends WHERE id = ?2 "
                "AND (SELECT COUNT(*) FROM blends_shared WHERE guild_id = ?1) < ?4",
                (guild_id, blend.id, time.time(), most),
            )
            return bool(cursor.rowcount > 0)

    async def unshare(self, id: str, guild_id: int) -> bool:
        """Whether it was shared."""
        async with self._database.writing() as connection:
            cursor = await connection.execute(
                "DELETE FROM blends_shared WHERE blend_id = ? AND guild_id = ?", (id, guild_id)
            )
            return bool(cursor.rowcount > 0)

    async def remove(self, id: str) -> None:
        """From everywhere."""
        async with self._database.writing() as connection:
            await connection.execute("DELETE FROM blends WHERE id = ?", (id,))

    async def _found(self, rest: str, *values: Any) -> list[KeptBlend]:
        rows = await self._database.read(f"SELECT {_COLUMNS} {rest}", *values)
        return [
            KeptBlend(
                id=id,
                user_id=user_id,
                folded=folded,
                name=name,
                title=title,
                parts=tuple(Part(*part) for part in json.loads(parts)),
                created_at=created_at,
            )
            for id, user_id, folded, name, title, parts, created_at in rows
        ]


def _row(blend: KeptBlend) -> tuple[Any, ...]:
    own = (blend.id, blend.user_id, blend.folded, blend.name, blend.title)
    return (*own, _parts(blend), blend.created_at)


def _parts(blend: KeptBlend) -> str:
    return json.dumps([[part.sha256, part.name, part.weight] for part in blend.parts])
