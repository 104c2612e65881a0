"""What the bot keeps is there after it was killed, and a file of another time is met with a sentence."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.jobs import Job, Place, State, new_id
from bot.store.database import Database, StoreFailed, migrations, opened
from bot.store.jobs import Jobs
from protocol.paint import AdapterUse, PaintRequest


def job(**fields: object) -> Job:
    place = Place(channel_id=5, guild_id=6, token="t", token_until=99.5, locale="ru")
    request = PaintRequest(prompt="кот", adapters=(AdapterUse("a" * 64, 0.5, "in sks style"),), seed=7)
    return Job(id=new_id(), user_id=4, request=request, style="sks", place=place, created_at=1.5, **fields)  # type: ignore[arg-type]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


async def test_a_job_comes_back_as_it_was(database: Database) -> None:
    jobs = Jobs(database)
    one = job()
    await jobs.add(one)
    assert await jobs.get(one.id) == one
    told = await jobs.acknowledged(one, 77)
    assert await jobs.get(one.id) == told
    assert told.place.message_id == 77
    assert await jobs.get("nothing") is None


async def test_what_was_not_finished_is_there_at_the_next_start_in_order(tmp_path: Path) -> None:
    first, second, third = (job(state=state) for state in (State.WAITING, State.PAINTING, State.WAITING))
    async with opened(tmp_path / "bot.sqlite") as database:
        for one in (first, second, third):
            await Jobs(database).add(one)
        assert await Jobs(database).move(third.id, to=State.DONE)
    async with opened(tmp_path / "bot.sqlite") as database:
        assert {one.id for one in await Jobs(database).unfinished()} == {first.id, second.id}


async def test_what_is_over_stays_as_it_ended(database: Database) -> None:
    jobs, one = Jobs(database), job()
    await jobs.add(one)
    assert await jobs.move(one.id, to=State.CANCELLED)
    assert not await jobs.move(one.id, to=State.PAINTING)
    assert not await jobs.move(one.id, to=State.DONE)
    kept = await jobs.get(one.id)
    assert kept is not None
    assert kept.state is State.CANCELLED


async def test_a_crash_is_counted_and_the_job_waits_again(database: Database) -> None:
    jobs, one = Jobs(database), job()
    await jobs.add(one)
    await jobs.move(one.id, to=State.PAINTING)
    assert (await jobs.crashed(one)).crashes == 1
    kept = await jobs.get(one.id)
    assert kept is not None
    assert (kept.crashes, kept.state) == (1, State.WAITING)


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    one = job()
    await Jobs(database).add(one)

    async def fails() -> None:
        async with database.writing() as connection:
            await connection.execute("DELETE FROM jobs")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await Jobs(database).get(one.id) == one


async def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {len(migrations()) + 1}")
    with pytest.raises(StoreFailed, match="newer StyleSeal"):
        async with opened(path):
            pass


@pytest.mark.parametrize("content", [b"no database" * 100, None])
async def test_what_is_no_database_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "bot.sqlite"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(StoreFailed, match="bot's database"):
        async with opened(path):
            pass


async def test_the_jobs_taken_up_at_a_start_are_found_by_their_index(database: Database) -> None:
    where = "WHERE state IN ('waiting', 'painting') ORDER BY created_at"
    async with database.connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM jobs {where}") as cursor:
        plan = " ".join(str(row[3]) for row in await cursor.fetchall())
    assert "jobs_unfinished" in plan
