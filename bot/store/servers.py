"""What servers set, and the trail of who changed what, and when."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.form import Letter
from bot.store.database import Database
from bot.store.outbox import put

KEPT = 2_000
"""Entries of one server's trail; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was done in a server. `kind` is of the text that says so (`audit_<kind>`), and `details` go into
    it; `about` is the member it was done to. `at` is in Unix seconds."""

    guild_id: int
    by: int
    kind: str
    at: float
    about: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class ServerStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild_id: int) -> dict[str, Any]:
        """As they were kept; empty where nothing is set."""
        rows = await self._database.read("SELECT settings FROM servers WHERE guild_id = ?", guild_id)
        kept: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
        return kept

    async def set(self, guild_id: int, settings: Mapping[str, Any], entry: Entry, letter: Letter | None) -> None:
        """Together with the entry that says so, and the letter that tells of it."""
        async with self._database.writing() as connection:
            await connection.execute(
                "INSERT OR REPLACE INTO servers (guild_id, settings, changed_at) VALUES (?, ?, ?)",
                (guild_id, json.dumps(settings), time.time()),
            )
            await enter(connection, entry, letter)

    async def note(self, entry: Entry, letter: Letter | None, *others: Letter) -> None:
        """With the letter that tells of it, and what else goes out because of it."""
        async with self._database.writing() as connection:
            await enter(connection, entry, letter)
            for other in others:
                await put(connection, other)

    async def trail(self, guild_id: int, most: int, skip: int = 0) -> list[Entry]:
        """The latest first."""
        rows = await self._database.read(
            "SELECT by, kind, at, about, details FROM audit WHERE guild_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
            *(guild_id, most, skip),
        )
        return [
            Entry(guild_id=guild_id, by=by, kind=kind, at=at, about=about, details=json.loads(details))
            for by, kind, at, about, details in rows
        ]

    async def count(self, guild_id: int) -> int:
        """Entries of a server's trail."""
        return int((await self._database.read("SELECT COUNT(*) FROM audit WHERE guild_id = ?", guild_id))[0][0])


async def enter(connection: Any, entry: Entry, letter: Letter | None) -> None:
    """An entry of the trail, with the letter that tells of it."""
    await connection.execute(
        "INSERT INTO audit (guild_id, at, by, about, kind, details) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.guild_id, entry.at, entry.by, entry.about, entry.kind, json.dumps(dict(entry.details))),
    )
    await connection.execute(
        "DELETE FROM audit WHERE guild_id = ?1 AND id <= (SELECT id FROM audit WHERE guild_id = ?1 "
        "ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (entry.guild_id, KEPT),
    )
    if letter is not None:
        await put(connection, letter)
