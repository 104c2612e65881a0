"""What was painted in a server: counted, never listed. What was deleted, or painted with a bot that a member brought
along, does not count.

`since` is in Unix seconds. A picture counts for the day, in UTC, on which it was asked for; days are numbered from
1970-01-01.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database

DAY_SECONDS = 24 * 3600
_JOBS = "jobs INDEXED BY jobs_delivered"
_PICTURES = "pictures INDEXED BY pictures_times ON pictures.job_id = jobs.id"
_DELIVERED = "guild_id = ? AND jobs.created_at >= ? AND jobs.state = 'done' AND by_bot = 1"
_DAY = f"CAST(jobs.created_at / {DAY_SECONDS} AS INTEGER)"
_WAIT = "max(pictures.created_at - jobs.created_at, 0.0)"


@dataclass(frozen=True, slots=True)
class Waited:
    """On a day, in seconds: half of the requests waited no longer than `half`, nine in ten no longer than `most`."""

    day: int
    half: float
    most: float


@dataclass(frozen=True, slots=True)
class Totals:
    """`wait` is the median, in seconds, from asking to the picture; 0 where there is none."""

    pictures: int
    artists: int
    wait: float


@dataclass(frozen=True, slots=True)
class Painted:
    """How many pictures a member painted, where everybody saw them, under that name of styles."""

    style: str
    user_id: int
    pictures: int
    open: bool
    """One of them at least in a channel that is not age-restricted."""
    job_id: str
    """The latest of them."""


class StatsStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._one = asyncio.Lock()

    async def totals(self, guild_id: int, since: float) -> Totals:
        """Private pictures are among them."""
        [(jobs, artists)] = await self._read(
            f"SELECT COUNT(*), COUNT(DISTINCT user_id) FROM {_JOBS} WHERE {_DELIVERED}", guild_id, since
        )
        [(pictures,)] = await self._read(
            f"SELECT COUNT(*) FROM {_JOBS} JOIN {_PICTURES} WHERE {_DELIVERED}", guild_id, since
        )
        rows = await self._read(
            f"SELECT {_WAIT} AS wait FROM {_JOBS} JOIN {_PICTURES} WHERE {_DELIVERED} AND number = 1 "
            "ORDER BY wait LIMIT 1 OFFSET ?",
            *(guild_id, since, max(0, jobs - 1) // 2),
        )
        return Totals(pictures, artists, rows[0][0] if rows else 0.0)

    async def days(self, guild_id: int, since: float) -> dict[int, int]:
        """Pictures by day, private ones as well; without days that have none."""
        rows = await self._read(
            f"SELECT {_DAY} AS day, COUNT(*) FROM {_JOBS} JOIN {_PICTURES} WHERE {_DELIVERED} GROUP BY day",
            *(guild_id, since),
        )
        return {int(day): int(pictures) for day, pictures in rows}

    async def waits(self, guild_id: int, since: float) -> list[Waited]:
        """By day, of private pictures as well; without days that have none."""
        rows = await self._read(
            "SELECT day, MIN(wait), MAX(wait) FROM (SELECT day, wait, "
            "ROW_NUMBER() OVER (PARTITION BY day ORDER BY wait) AS place, COUNT(*) OVER (PARTITION BY day) AS jobs "
            f"FROM (SELECT {_DAY} AS day, {_WAIT} AS wait FROM {_JOBS} JOIN {_PICTURES} "
            f"WHERE {_DELIVERED} AND number = 1)) WHERE place IN ((jobs + 1) / 2, (jobs * 9 + 9) / 10) GROUP BY day",
            *(guild_id, since),
        )
        return [Waited(int(day), half, most) for day, half, most in rows]

    async def artists(self, guild_id: int, since: float) -> list[tuple[int, int]]:
        """Members and how many pictures they painted where everybody saw them, the most first."""
        rows = await self._read(
            f"SELECT jobs.user_id, COUNT(*) AS painted FROM {_JOBS} JOIN {_PICTURES} "
            f"WHERE {_DELIVERED} AND private = 0 GROUP BY jobs.user_id ORDER BY painted DESC, jobs.user_id",
            *(guild_id, since),
        )
        return [(int(user_id), int(pictures)) for user_id, pictures in rows]

    async def styles(self, guild_id: int, since: float) -> list[Painted]:
        """By name, empty for none, and member: the blends of two members may have one name."""
        # Of the columns that are not counted, SQLite gives those of the row that has the maximum.
        rows = await self._read(
            "SELECT style, jobs.user_id, COUNT(*), MIN(nsfw), jobs.id, MAX(jobs.created_at) "
            f"FROM {_JOBS} JOIN {_PICTURES} WHERE {_DELIVERED} AND private = 0 "
            "GROUP BY style, jobs.user_id",
            *(guild_id, since),
        )
        return [
            Painted(style, int(user_id), int(pictures), not nsfw, job_id)
            for style, user_id, pictures, nsfw, job_id, _ in rows
        ]

    async def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """One at a time: in a busy server each takes a while, and whoever reads anything else waits for what was asked
        before."""
        async with self._one:
            return await self._database.read(statement, *values)
