"""Members' preferences."""

import time
from dataclasses import fields
from typing import Any

from bot.preferences import Preferences
from bot.store.database import Database

_NAMES = tuple(field.name for field in fields(Preferences))
_FLAGS = ("preview", "private")


class PreferenceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> Preferences:
        rows = await self._database.read(f"SELECT {', '.join(_NAMES)} FROM preferences WHERE user_id = ?", user_id)
        if not rows:
            return Preferences()
        kept: dict[str, Any] = dict(zip(_NAMES, rows[0], strict=True))
        flags = {name: bool(kept[name]) for name in _FLAGS if kept[name] is not None}
        return Preferences(**kept | flags)

    async def set(self, user_id: int, preferences: Preferences) -> None:
        values = [getattr(preferences, name) for name in _NAMES]
        marks = ", ".join("?" * (len(_NAMES) + 2))
        async with self._database.writing() as connection:
            await connection.execute(
                f"INSERT OR REPLACE INTO preferences (user_id, {', '.join(_NAMES)}, changed_at) VALUES ({marks})",
                (user_id, *values, time.time()),
            )

    async def remove(self, user_id: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute("DELETE FROM preferences WHERE user_id = ?", (user_id,))
