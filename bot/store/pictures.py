"""The pictures that were painted: files in a folder, and who they belong to in the database.

A file is written whole before the database knows of it; what the database does not know is swept away at the start.
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from bot.store.database import Database
from protocol.errors import StyleSealError

INIT = 0
"""The number of a job's init image; painted ones begin at 1."""


class PictureMissing(StyleSealError):
    code = "picture_missing"


class DiskFailed(StyleSealError):
    """The sentence is for the operator."""

    code = "disk_failed"


class Pictures:
    """`quota` is how many bytes of pictures each member may keep; `days` how long they are kept."""

    def __init__(self, database: Database, folder: Path, *, quota: int, days: float) -> None:
        self._database = database
        self._folder = folder
        self.quota = quota
        self.days = days

    def path(self, job_id: str, number: int) -> Path:
        return self._folder / job_id[:2] / f"{job_id}-{number}.png"

    async def keep(self, job_id: str, number: int, data: bytes) -> None:
        """Raises `DiskFailed`."""
        await asyncio.to_thread(_write, self.path(job_id, number), data)

    async def read(self, job_id: str, number: int) -> bytes:
        """Raises `PictureMissing`."""
        try:
            return await asyncio.to_thread(self.path(job_id, number).read_bytes)
        except OSError as wrong:
            raise PictureMissing(f"The picture {job_id}-{number} is not kept any more.") from wrong

    async def has(self, job_id: str, number: int) -> bool:
        return await asyncio.to_thread(self.path(job_id, number).is_file)

    async def bytes_of(self, user_id: int) -> int:
        rows = await self._database.read(
            "SELECT COALESCE(SUM(bytes), 0) FROM pictures WHERE user_id = ? AND bytes > 0", user_id
        )
        return int(rows[0][0])

    async def drop(self, job_ids: Iterable[str]) -> None:
        """Their files; the jobs stay, for their buttons."""
        for job_id in job_ids:
            async with self._database.writing() as connection:
                await connection.execute("UPDATE pictures SET bytes = 0 WHERE job_id = ?", (job_id,))
            await asyncio.to_thread(self._unlink, job_id)

    async def delete(self, job_id: str) -> None:
        """As `drop`, and the job is not shown among its member's any more."""
        async with self._database.writing() as connection:
            await connection.execute("UPDATE jobs SET state = 'deleted' WHERE id = ? AND state = 'done'", (job_id,))
        await self.drop([job_id])

    async def make_room(self, user_id: int) -> None:
        """The oldest of a member go where they have more than their quota, but none that a moderator is to look at."""
        over = await self.bytes_of(user_id) - self.quota
        if over <= 0:
            return
        rows = await self._database.read(
            "SELECT job_id, SUM(bytes) FROM pictures WHERE user_id = ? AND bytes > 0 "
            "AND (SELECT state FROM jobs WHERE id = job_id) != 'held' GROUP BY job_id ORDER BY MIN(created_at)",
            user_id,
        )
        for job_id, size in rows[:-1]:  # the latest stays, however large
            if over <= 0:
                return
            await self.drop([job_id])
            over -= size

    async def expire(self, now: float) -> int:
        """Drops what was kept long enough; how many jobs' pictures that were. What is still on its way stays."""
        before = now - self.days * 24 * 3600
        rows = await self._database.read(
            "SELECT job_id FROM pictures WHERE bytes > 0 AND created_at < ? "
            "AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.job_id = pictures.job_id)",
            before,
        )
        jobs = {job_id for (job_id,) in rows}  # not DISTINCT, for which SQLite would read the whole table in its order
        await self.drop(jobs)
        return len(jobs)

    def _unlink(self, job_id: str) -> None:
        for path in self.path(job_id, 0).parent.glob(f"{job_id}-*.png"):
            with contextlib.suppress(OSError):
                path.unlink()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the machine stops in the middle."""
    beside = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb", opener=_for_its_owner) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as wrong:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise DiskFailed(f"A picture could not be kept in {path.parent}: {wrong.strerror}.") from wrong


def _for_its_owner(path: str, flags: int) -> int:
    """Private ones are among them."""
    return os.open(path, flags, 0o600)
