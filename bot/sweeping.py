"""Files of pictures that nothing leads to any more: of jobs that are forgotten, or that ended without a picture."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

from bot.store.member_data import MemberData

NEW_SECONDS = 3600.0
"""A file is there before the database knows of it."""


async def sweep(data: MemberData, folder: Path, now: float, days: float) -> int:
    """How many were deleted; `now` is in Unix seconds, and pictures are kept for so many days."""
    old = await asyncio.to_thread(lambda: list(_older(folder, now - NEW_SECONDS)))
    needed = await data.needed({path.name.partition("-")[0] for path in old}, now - days * 24 * 3600)
    lost = [path for path in old if path.name.partition("-")[0] not in needed]
    await asyncio.to_thread(_delete, lost)
    return len(lost)


def _older(folder: Path, before: float) -> Iterator[Path]:
    for path in folder.glob("*/*-*.p*"):
        with contextlib.suppress(OSError):
            if path.suffix in (".png", ".part") and path.stat().st_mtime < before:
                yield path


def _delete(paths: list[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
