"""Pictures on the disk and in the database: there whole or not, each member's within their quota, the oldest go."""

import errno
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import Job, State
from bot.store import pictures as module
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.pictures import DiskFailed, PictureMissing, Pictures
from tests.bot.kept import NOW, job, letter, with_pictures

DAY = 24 * 3600.0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def pictures(database: Database, tmp_path: Path) -> Pictures:
    return Pictures(database, tmp_path / "pictures", quota=100, days=30)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def painted(database: Database, pictures: Pictures, *sizes: int, at: float = NOW, user_id: int = 4) -> Job:
    """One that has arrived, and how many bytes its pictures have."""
    one = with_pictures(job(State.PAINTING, user_id=user_id, created_at=at), *sizes)
    await Jobs(database).add(one)
    for number, size in enumerate(sizes, 1):
        await pictures.keep(one.id, number, bytes(size))
    await Jobs(database).painted(one, letter(f"result:{one.id}", one.id, at))
    await Outbox(database).sent(letter(f"result:{one.id}", one.id, at))
    return one


async def kept(pictures: Pictures, *jobs: Job) -> list[bool]:
    return [await pictures.has(one.id, 1) for one in jobs]


async def test_a_picture_comes_back_as_it_was(pictures: Pictures) -> None:
    await pictures.keep("ab12", 1, b"first")
    await pictures.keep("ab12", 1, b"again")
    assert await pictures.read("ab12", 1) == b"again"
    assert (await pictures.has("ab12", 1), await pictures.has("ab12", 2)) == (True, False)
    with pytest.raises(PictureMissing, match="ab12-2 is not kept any more"):
        await pictures.read("ab12", 2)


@pytest.mark.parametrize("stage", ["fsync", "replace"])
async def test_a_disk_that_does_not_take_it_leaves_what_was_there(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    await pictures.keep("ab12", 1, b"first")
    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", full) if stage == "fsync" else (module.Path, "replace", full)))
        with pytest.raises(DiskFailed, match=r"could not be kept in .*: No space left on device"):
            await pictures.keep("ab12", 1, b"second")
    assert await pictures.read("ab12", 1) == b"first"
    assert [path.name for path in pictures.path("ab12", 1).parent.iterdir()] == ["ab12-1.png"]
    await pictures.keep("ab12", 1, b"third")
    assert await pictures.read("ab12", 1) == b"third"


async def test_dropped_the_files_are_gone_and_the_jobs_stay(database: Database, pictures: Pictures) -> None:
    one, other = await painted(database, pictures, 10, 20), await painted(database, pictures, 30)
    assert await pictures.bytes_of(4) == 60
    await pictures.drop([one.id])
    assert await kept(pictures, one, other) == [False, True]
    assert await pictures.bytes_of(4) == 30
    found = await Jobs(database).get(one.id)
    assert found is not None
    assert (found.state, [picture.bytes for picture in found.pictures]) == (State.DONE, [0, 0])


async def test_deleted_it_is_not_among_its_members_any_more(database: Database, pictures: Pictures) -> None:
    one, other = await painted(database, pictures, 10), await painted(database, pictures, 30)
    await pictures.delete(one.id)
    assert await kept(pictures, one, other) == [False, True]
    assert [found.id for found in await Jobs(database).of_member(4, 9)] == [other.id]


async def test_over_their_quota_a_members_oldest_go_and_nobody_elses(database: Database, pictures: Pictures) -> None:
    others = await painted(database, pictures, 500, at=NOW - 9, user_id=5)
    first, second, third = [await painted(database, pictures, 40, 10, at=NOW + number) for number in range(3)]
    await pictures.make_room(4)
    assert await kept(pictures, others, first, second, third) == [True, False, True, True]
    await pictures.make_room(4)
    assert await pictures.bytes_of(4) == 100


async def test_the_latest_stays_however_large(database: Database, pictures: Pictures) -> None:
    one, large = await painted(database, pictures, 10), await painted(database, pictures, 1_000, at=NOW + 1)
    await pictures.make_room(4)
    assert await kept(pictures, one, large) == [False, True]


async def test_what_a_moderator_is_to_look_at_makes_no_room(database: Database, pictures: Pictures) -> None:
    held, first, second = [await painted(database, pictures, 60, at=NOW + number) for number in range(3)]
    async with database.writing() as connection:
        await connection.execute("UPDATE jobs SET state = 'held' WHERE id = ?", (held.id,))
    await pictures.make_room(4)
    assert await kept(pictures, held, first, second) == [True, False, True]


async def test_after_their_days_they_go_save_those_still_on_their_way(database: Database, pictures: Pictures) -> None:
    old, new = await painted(database, pictures, 10, 20), await painted(database, pictures, 10, at=NOW + 2)
    waiting = await painted(database, pictures, 10)
    await Outbox(database).add(letter("again", waiting.id))
    assert await pictures.expire(NOW + 30 * DAY + 1) == 1
    assert await kept(pictures, old, new, waiting) == [False, True, True]
    assert await pictures.expire(NOW + 30 * DAY + 1) == 0
    await Outbox(database).sent(replace(letter("again", waiting.id)))
    assert await pictures.expire(NOW + 30 * DAY + 1) == 1
    assert await kept(pictures, waiting) == [False]


@pytest.mark.skipif(os.name == "nt", reason="has other permissions")
async def test_pictures_and_the_database_are_readable_for_their_owner_alone(
    pictures: Pictures, database: Database, tmp_path: Path
) -> None:
    await painted(database, pictures, 10)
    files = files_in(tmp_path)
    assert {path.suffix for path in files} >= {".png", ".sqlite", ".sqlite-wal"}
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []
