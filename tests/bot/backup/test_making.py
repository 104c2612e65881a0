"""A backup is whole and of one moment, whoever writes meanwhile; nothing else is touched."""

import errno
import os
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from adapters.library import VERSION as LIBRARY_VERSION
from adapters.library import Library
from bot.backup import making
from bot.backup.archive import Archive
from bot.backup.making import make
from bot.backup.manifest import BackupFailed, Manifest
from bot.jobs import Job, State
from bot.store import health, snapshot
from bot.store.database import opened
from bot.store.jobs import Jobs
from protocol.errors import InvalidRequest
from tests.bot.backup.content import PNG, add_adapter, left_over, made, members, problems, restored, rows


def test_all_that_is_kept_is_in_it_and_nothing_else(data: Path, backup: Path, one: Job) -> None:
    content = members(backup)
    with closing(Library(data / "adapters")) as library:
        [sha256] = library.files.known()
        [style] = library.kept()
    named = {"bot.sqlite", "adapters/library.sqlite", "styles/styles.json", f"adapters/previews/{style.id}-card.png"}
    named |= {f"adapters/files/{sha256[:2]}/{sha256}.safetensors", f"pictures/{one.id[:2]}/{one.id}-1.png"}
    assert set(content) == named | {"manifest.json"}
    assert list(content)[-1] == "manifest.json"
    told = Manifest.read(content["manifest.json"])
    assert set(told.files) == named
    assert (told.styleseal, told.bot_version, told.library_version) == ("1.2.3", health.newest(), LIBRARY_VERSION)
    assert told.with_pictures
    assert told.size == sum(len(content[name]) for name in named)
    assert problems(backup) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_it_can_be_read_by_its_owner_alone(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with tarfile.open(backup) as tar:
        assert {member.mode for member in tar} == {0o600}


def test_the_pictures_can_be_left_out_and_the_database_says_so(data: Path, tmp_path: Path, one: Job) -> None:
    told = made(data, tmp_path / "small.tar", pictures=False)
    assert not told.with_pictures
    assert not any(name.startswith("pictures/") for name in told.files)
    (tmp_path / "new.sqlite").write_bytes(members(tmp_path / "small.tar")["bot.sqlite"])
    assert rows(tmp_path / "new.sqlite", "SELECT job_id, bytes FROM pictures") == [(one.id, 0)]
    assert rows(data / "bot.sqlite", "SELECT job_id, bytes FROM pictures") == [(one.id, len(PNG))]
    assert problems(tmp_path / "small.tar") == []


async def test_while_the_bot_runs_it_is_of_one_moment(data: Path, tmp_path: Path, one: Job) -> None:
    async with opened(data / "bot.sqlite") as database:
        await Jobs(database).move(one.id, to=State.DONE)
        async with database.writing() as connection:
            await connection.execute("UPDATE jobs SET note = 'half'")
            made(data, tmp_path / "backup.tar")
    restored(tmp_path / "backup.tar", tmp_path / "new")
    async with opened(tmp_path / "new" / "bot.sqlite") as database:
        found = await Jobs(database).get(one.id)
        assert found is not None
        assert (found.note, found.pictures) == ("", one.pictures)


def test_what_was_deleted_is_not_in_it(data: Path, tmp_path: Path) -> None:
    secret = "a prompt that was taken back " * 100
    with closing(sqlite3.connect(data / "bot.sqlite")) as database, database:
        database.execute("INSERT INTO kept VALUES ('secret', ?)", (secret,))
    with closing(sqlite3.connect(data / "bot.sqlite")) as database, database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("DELETE FROM kept")
    assert b"taken back" in (data / "bot.sqlite").read_bytes()
    made(data, tmp_path / "backup.tar")
    assert b"taken back" not in (tmp_path / "backup.tar").read_bytes()


def test_what_comes_or_goes_meanwhile_leaves_no_name_without_its_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style is added, and another removed, while the first files are copied."""
    put, come = Archive.put, []

    def interrupted(archive: Archive, name: str, path: Path) -> None:
        if not come:
            come.append(add_adapter(data, "neon", b"another adapter's bytes"))
            with closing(Library(data / "adapters")) as library:
                library.remove("ink", "")
        put(archive, name, path)

    monkeypatch.setattr(Archive, "put", interrupted)
    made(data, tmp_path / "backup.tar")
    assert problems(tmp_path / "backup.tar") == []
    restored(tmp_path / "backup.tar", tmp_path / "new")
    with closing(Library(tmp_path / "new" / "adapters")) as library:
        assert [style.name for style in library.styles()] == ["neon"]
        assert list(library.verify()) == [(come[0], "")]


def test_a_database_alone_can_be_backed_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as database:
        database.execute("CREATE TABLE a (b)")
    told = made(tmp_path / "data", tmp_path / "backup.tar")
    assert (set(told.files), told.library_version) == ({"bot.sqlite"}, None)
    assert problems(tmp_path / "backup.tar") == []


def test_the_progress_is_told_up_to_the_whole(data: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make(data, tmp_path / "a.tar", styleseal="1", pictures=True, progress=lambda done, all: told.append((done, all)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len({total for _, total in told}) == 1
    assert told[-1][0] > 0.5 * told[-1][1]


def test_nothing_is_written_over(data: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(b"precious")
    with pytest.raises(InvalidRequest, match="is there already"):
        made(data, tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_bytes() == b"precious"


def test_what_appears_there_meanwhile_is_not_written_over(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Archive.finish

    def late(archive: Archive, manifest: Manifest, made_at: float) -> None:
        finish(archive, manifest, made_at)
        (tmp_path / "backup.tar").write_bytes(b"precious")

    monkeypatch.setattr(Archive, "finish", late)
    with pytest.raises(InvalidRequest, match="is there already"):
        made(data, tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_bytes() == b"precious"
    assert left_over(tmp_path) == {"data", "backup.tar"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "could not be made: No space left"),
        (OSError("unexpected end of data"), "could not be made: unexpected end of data"),
        (KeyboardInterrupt(), None),
    ],
)
def test_where_it_cannot_be_finished_nothing_is_left(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: BaseException, said: str | None
) -> None:
    def fails(*_: object) -> None:
        raise wrong

    monkeypatch.setattr(Archive, "finish", fails)
    with pytest.raises(type(wrong) if said is None else BackupFailed, match=said):
        made(data, tmp_path / "backup.tar")
    assert left_over(tmp_path) == {"data"}


def test_too_little_room_is_said_before_anything_is_written(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1 << 20))  # type: ignore[attr-defined]
    monkeypatch.setattr(making.tempfile, "TemporaryDirectory", pytest.fail)
    with pytest.raises(
        BackupFailed, match=r"It takes 16 MiB, and 1 MiB are free on the disk of .*Name a file on another"
    ):
        made(data, tmp_path / "backup.tar")


@pytest.mark.parametrize(
    ("place", "error", "said"),
    [("data", BackupFailed, "nothing to back up"), ("nowhere", InvalidRequest, "There is no folder")],
)
def test_nothing_to_keep_or_nowhere_to_put_it_is_a_sentence(
    tmp_path: Path, place: str, error: type[Exception], said: str
) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(error, match=said):
        made(tmp_path / "data", tmp_path / place / "backup.tar")


def test_a_database_that_cannot_be_copied_is_a_sentence(data: Path, tmp_path: Path) -> None:
    (data / "bot.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(BackupFailed, match=r"bot.sqlite could not be copied: file is not a database"):
        made(data, tmp_path / "backup.tar")
    assert left_over(tmp_path) == {"data"}


def test_a_copy_of_a_database_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        snapshot.copied(tmp_path / "none.sqlite", tmp_path / "copy.sqlite")
    assert left_over(tmp_path) == set()


def test_what_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"no database" * 1000)
    assert snapshot.problem(tmp_path / "a.sqlite") == "file is not a database"
