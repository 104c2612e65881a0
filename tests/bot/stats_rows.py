"""Finished requests, put into a bot's database as if they had been painted long ago, also while it runs."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot.jobs import Job, Place
from bot.store.jobs import _COLUMNS, _row
from protocol.paint import AdapterUse, PaintRequest

_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One request: `days` ago and painted `wait` seconds later."""

    user_id: int
    guild_id: int
    style: str = ""
    hashes: tuple[str, ...] = ()
    pictures: int = 1
    days: float = 0.0
    wait: float = 3.0
    private: bool = False
    nsfw: bool = False
    by_bot: bool = True
    state: str = "done"


def put(database: Path, done: Sequence[Done]) -> list[str]:
    """The ids of their jobs."""
    jobs, pictures, now = [], [], time.time()
    for one in done:
        number = next(_numbers)
        at = now - one.days * 24 * 3600.0
        place = Place(
            channel_id=5,
            guild_id=one.guild_id,
            interaction_id=number,
            token="t",
            token_until=at,
            private=one.private,
            nsfw=one.nsfw,
            by_bot=one.by_bot,
        )
        request = PaintRequest(
            prompt="a secret prompt", adapters=tuple(map(AdapterUse, one.hashes)), count=one.pictures
        )
        job = Job(
            id=f"{number:016x}", user_id=one.user_id, request=request, style=one.style, place=place, created_at=at
        )
        jobs.append(dict(zip(_COLUMNS.split(", "), _row(job), strict=True)) | {"state": one.state})
        pictures += [
            (job.id, picture, one.user_id, 1, "a secret prompt", "", 0, 3.0, at + one.wait)
            for picture in range(1, one.pictures + 1)
        ]
    with sqlite3.connect(database, timeout=10) as connection:
        names = list(jobs[0])
        marks = ", ".join("?" * len(names))
        connection.executemany(
            f"INSERT INTO jobs ({', '.join(names)}) VALUES ({marks})", [tuple(job.values()) for job in jobs]
        )
        connection.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", pictures)
    connection.close()
    return [str(job["id"]) for job in jobs]
