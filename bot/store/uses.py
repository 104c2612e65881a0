"""How often styles were painted in, by the names they went by: of one server, and only what everybody there saw."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.database import Database

_COUNTED = "guild_id = ? AND state = 'done' AND by_bot = 1 AND private = 0 AND style <> ''"


@dataclass(frozen=True, slots=True)
class Used:
    """`style` is as a job has it, `pictures` how many were painted for its `jobs`; `latest` is the row of the last."""

    style: str
    jobs: int
    pictures: int
    latest: int


class Uses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild_id: int) -> list[Used]:
        """What is not deleted, in no order."""
        rows = await self._database.read(
            f"SELECT style, COUNT(*), SUM(amount), MAX(rowid) FROM jobs WHERE {_COUNTED} GROUP BY style", guild_id
        )
        return [Used(style, jobs, pictures, latest) for style, jobs, pictures, latest in rows]

    async def adapters(self, rows: Iterable[int]) -> dict[int, list[str]]:
        """With which adapters, by SHA-256, the jobs in these rows were painted."""
        wanted = list(rows)
        marks = ", ".join("?" * len(wanted))
        found = await self._database.read(f"SELECT rowid, request FROM jobs WHERE rowid IN ({marks})", *wanted)
        return {row: [use["sha256"] for use in json.loads(request)["adapters"]] for row, request in found}
