"""Members' preferences."""

import time
from typing import Any

from bot.preferences import NAMES, Preferences
from bot.store.database import Database

_FLAGS = ("preview", "private")


class PreferenceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> Preferences:
        """As they were kept, whatever may be asked for today."""
        rows = await self._database.read(f"SELECT {', '.join(NAMES)} FROM preferences WHERE user_id = ?", user_id)
        if not rows:
            return Preferences()
        kept: dict[str, Any] = dict(zip(NAMES, rows[0], strict=True))
        flags = {name: bool(kept[name]) for name in _FLAGS if kept[name] is not None}
        return Preferences(**kept | flags)

    async def set(self, user_id: int, preferences: Preferences) -> None:
        """None of any is kept as nothing at all."""
        if preferences == Preferences():
            await self.remove(user_id)
            return
        values = [getattr(preferences, name) for name in NAMES]
        marks = ", ".join("?" * (len(NAMES) + 2))
        async with self._database.writing() as connection:
            await connection.execute(
                f"INSERT OR REPLACE INTO preferences (user_id, {', '.join(NAMES)}, changed_at) VALUES ({marks})",
                (user_id, *values, time.time()),
            )

    async def remove(self, user_id: int) -> None:
        async with self._database.writing() as connection:
            await connection.execute("DELETE FROM preferences WHERE user_id = ?", (user_id,))
