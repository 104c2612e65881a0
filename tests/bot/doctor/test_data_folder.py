"""Disk and database, as the doctor finds them."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bot.doctor.disk import LITTLE
from bot.doctor.finding import Mark
from bot.store import database, health
from tests.bot.doctor.visits import case, found, the_one


async def test_a_data_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    said = await found(case(tmp_path / "new" / "data"), *("disk", "database", "adapters", "base"))
    assert [finding.mark for finding in said] == [Mark.OK] * len(said)
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root writes anywhere")
async def test_a_folder_that_cannot_be_written_to_is_broken(data: Path) -> None:
    with not_writable(data):
        finding = (await found(case(data), "disk"))[0]
    assert finding.mark is Mark.BROKEN
    assert "cannot be written to" in finding.sentence


@contextmanager
def not_writable(folder: Path) -> Iterator[None]:
    folder.chmod(0o500)
    yield
    folder.chmod(0o700)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_where_the_folder_should_be_is_broken(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    finding = (await found(case(tmp_path / "data"), "disk"))[0]
    assert (finding.mark, "is a file" in finding.sentence) == (Mark.BROKEN, True)


async def test_trying_the_folder_leaves_nothing_in_it(data: Path) -> None:
    assert (await found(case(data), "disk"))[0].mark is Mark.OK
    assert names_in(data) == []


@pytest.mark.parametrize(("free", "mark"), [(LITTLE, Mark.OK), (LITTLE - 1, Mark.WARNING), (1000, Mark.BROKEN)])
async def test_little_room_on_the_disk_is_told(
    data: Path, free: int, mark: Mark, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**12, 0, free))  # type: ignore[attr-defined]
    assert (await found(case(data), "disk"))[1].mark is mark


async def test_a_network_file_system_is_a_warning(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disks = [psutil._ntuples.sdiskpart("server:/x", "/", "nfs4", "")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: disks)
    finding = (await found(case(data), "disk"))[-1]
    assert (finding.mark, "(nfs4)" in finding.sentence) == (Mark.WARNING, True)


async def test_a_sound_database_is_looked_at_while_it_is_used_and_left_as_it_is(data: Path) -> None:
    path = data / "bot.sqlite"
    async with database.opened(path):
        assert (await the_one(case(data), "database")).sentence == "The bot's database is sound."
    before = path.read_bytes()
    assert (await the_one(case(data), "database")).mark is Mark.OK
    assert names_in(data) == ["bot.lock", "bot.sqlite"]
    assert path.read_bytes() == before


async def test_a_database_of_a_newer_version_is_broken(data: Path) -> None:
    write_database(data / "bot.sqlite", version=health.newest() + 1)
    finding = await the_one(case(data), "database")
    assert finding.mark is Mark.BROKEN
    assert "newer StyleSeal" in finding.sentence


async def test_a_database_of_an_older_version_is_well_and_not_brought_up_to_date(data: Path) -> None:
    write_database(data / "bot.sqlite", version=0)
    finding = await the_one(case(data), "database")
    assert (finding.mark, "older StyleSeal" in finding.sentence) == (Mark.OK, True)
    assert health.examine(data / "bot.sqlite", 1).version == 0


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b""])
async def test_a_file_that_is_no_database_is_not_taken_for_one(data: Path, damage: bytes) -> None:
    write_database(data / "bot.sqlite", version=health.newest())
    whole = (data / "bot.sqlite").read_bytes()
    (data / "bot.sqlite").write_bytes(damage or whole[: len(whole) // 2])
    finding = await the_one(case(data), "database")
    assert (finding.mark, "damaged" in finding.sentence) == (Mark.BROKEN, True)


def write_database(path: Path, version: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE things (thing TEXT)")
    connection.executemany("INSERT INTO things VALUES (?)", [(f"{number}" * 50,) for number in range(500)])
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("number", "todo"), [(errno.ENOSPC, "Free some of it"), (errno.EROFS, "must be able to write there")]
)
async def test_a_folder_that_takes_nothing_is_broken_with_what_helps_against_that(
    data: Path, number: int, todo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuses)
    finding = (await found(case(data), "disk"))[0]
    assert (finding.mark, os.strerror(number) in finding.sentence) == (Mark.BROKEN, True)
    assert todo in finding.todo
