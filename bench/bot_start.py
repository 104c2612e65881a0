"""What a hundred thousand finished jobs in the database cost: the start of the bot, and looking at one's own."""

import sqlite3
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.bot_load import head
from bench.bot_people import scene
from bot.jobs import Job, Picture, Place, State, new_id
from bot.result import failure
from bot.store.database import opened
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.pictures import Pictures
from pocket.location import ADAPTERS
from protocol.paint import PaintRequest

JOBS, MEMBERS = 100_000, 1_000
TIMES = 21
MEMBER = 10**17


async def start(folder: Path) -> AsyncIterator[str]:
    empty, full = folder / "empty", folder / "full"
    await _filled(full / "bot.sqlite")
    size = (full / "bot.sqlite").stat().st_size
    yield head(f"{JOBS} finished jobs of {MEMBERS} members, {size / 2**20:.0f} MiB", ("none", f"{JOBS}"))
    yield f"| from the start of the process until it is at Discord | {await _start(empty)} | {await _start(full)} |"
    rows = [await _asked(path / "bot.sqlite") for path in (empty, full)]
    for name, few in rows[0].items():
        yield f"| {name} | {few} | {rows[1][name]} |"


async def _start(data: Path) -> str:
    """Of three, the shortest."""
    taken = []
    for _ in range(3):
        began = time.monotonic()
        async with scene(data, "none", ADAPTERS):
            taken.append(time.monotonic() - began)
    return f"{min(taken):.2f} s"


async def _asked(path: Path) -> dict[str, str]:
    """What the bot asks its database, by what for."""
    async with opened(path) as database:
        jobs, pictures = Jobs(database), Pictures(database, path.parent / "pictures", quota=2**30, days=30.0)
        return {
            "what was not finished": await _timed(jobs.unfinished),
            "a member's latest ten": await _timed(lambda: jobs.of_member(MEMBER, 10)),
            "a member's ten before their last": await _timed(lambda: jobs.of_member(MEMBER, 10, JOBS // MEMBERS - 20)),
            "how many a member has": await _timed(lambda: jobs.count_of_member(MEMBER)),
            "a job, by its id": await _timed(lambda: jobs.get("0000000000000000")),
            "how many bytes a member has": await _timed(lambda: pictures.bytes_of(MEMBER)),
            "what is due in the outbox": await _timed(lambda: Outbox(database).due(time.time(), 16)),
            "which pictures are too old (none)": await _timed(lambda: pictures.expire(time.time())),
        }


async def _timed(ask: Callable[[], Awaitable[object]]) -> str:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - began)
    return f"{1000 * statistics.median(taken):.1f} ms"


async def _filled(path: Path) -> None:
    """One job is kept as the bot does it, and then copied within the database, whatever its columns are."""
    job = _job()
    async with opened(path) as database:
        jobs, outbox = Jobs(database), Outbox(database)
        await jobs.add(job)
        picture = Picture(number=1, seed=7, prompt_used=job.request.prompt, bytes=1_500_000)
        letter = failure(job, "")
        await jobs.painted(replace(job, pictures=(picture,)), letter)
        await outbox.sent(letter)
    with closing(sqlite3.connect(path)) as file, file:
        _copy(file, "jobs", "id", job.id)
        _copy(file, "pictures", "job_id", job.id)


def _copy(file: sqlite3.Connection, table: str, id: str, job_id: str) -> None:
    own = {id: "printf('%016x', n)", "user_id": f"{MEMBER} + n % {MEMBERS}", "created_at": "created_at - n * 0.001"}
    names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(own.get(name, name) for name in names)
    file.execute(
        f"WITH RECURSIVE count(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n < {JOBS - 1}) "
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM count, {table} WHERE {id} = ?",
        (job_id,),
    )


def _job() -> Job:
    place = Place(channel_id=1, guild_id=2, interaction_id=3, token="x" * 200, token_until=0.0, message_id=4)
    request = PaintRequest(prompt="an astronaut who walks over a meadow of ink, " * 3, seed=7)
    own = {"id": new_id(), "user_id": MEMBER - 1, "style": "sks", "created_at": time.time()}
    return Job(request=request, place=place, state=State.WAITING, **own)  # type: ignore[arg-type]
