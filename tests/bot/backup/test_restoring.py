"""A backup is put back whole, or everything stays as it was."""

import errno
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.library import Library
from bot.backup import restoring as restoring_module
from bot.backup.manifest import BackupFailed
from bot.jobs import Job, State
from bot.store.database import opened
from bot.store.jobs import Jobs
from bot.store.lock import FolderTaken, held
from bot.store.pictures import Pictures
from protocol.errors import InvalidRequest
from tests.bot.backup.content import ADAPTER, PNG, changed, files, members, restored, told, written


def test_put_back_everything_is_as_it_was(data: Path, backup: Path, tmp_path: Path) -> None:
    before = members(backup)
    del before["manifest.json"]
    assert restored(backup, tmp_path / "new") is None
    assert files(tmp_path / "new") == before
    with closing(Library(tmp_path / "new" / "adapters")) as library:
        assert [style.read() for style in library.styles()] == [ADAPTER]


async def test_a_bot_goes_on_with_what_was_put_back(backup: Path, tmp_path: Path, one: Job) -> None:
    restored(backup, tmp_path / "new")
    async with opened(tmp_path / "new" / "bot.sqlite") as database:
        found = await Jobs(database).get(one.id)
        assert found is not None
        assert (found.state, found.pictures) == (State.PAINTED, one.pictures)
        assert await Pictures(database, tmp_path / "new" / "pictures", quota=1, days=1).read(one.id, 1) == PNG


def test_settings_and_logs_in_the_folder_are_no_reason_to_refuse(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "styleseal.toml").write_text("[bot]")
    restored(backup, new)
    assert (new / "styleseal.toml").read_text() == "[bot]"


@pytest.mark.parametrize("there", ["bot.sqlite", "bot.sqlite-wal", "adapters", "pictures", "styles"])
def test_what_is_there_is_not_written_over(backup: Path, tmp_path: Path, there: str) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / there).write_bytes(b"precious")
    with pytest.raises(InvalidRequest, match=f"is not empty, there is {there}; --force"):
        restored(backup, new)
    assert files(new) == {there: b"precious"}


def test_forced_it_sets_aside_what_was_there_with_all_that_belongs_to_it(
    data: Path, backup: Path, tmp_path: Path
) -> None:
    (data / "bot.sqlite-wal").write_bytes(b"the log of another database")
    (data / "pictures" / "later.png").write_bytes(PNG)
    before = files(data)
    old = restored(backup, data, force=True)
    assert old is not None
    assert (old.parent, old.name.startswith("data.old-20")) == (data, True)
    stays = {"styleseal.toml", "logs/engine.log"}
    assert files(old) == {name: content for name, content in before.items() if name not in stays}
    shutil.rmtree(old)
    expected = members(backup) | {name: before[name] for name in stays}
    del expected["manifest.json"]
    assert files(data) == expected


def test_it_is_refused_while_a_bot_runs_there(data: Path, backup: Path) -> None:
    before = files(data)
    with (
        held(data),
        pytest.raises(FolderTaken, match=rf"Another StyleSeal runs on this data folder \(pid {os.getpid()}"),
    ):
        restored(backup, data, force=True)
    assert files(data) == before


async def test_no_bot_starts_on_it_meanwhile(backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, refused = restoring_module._exchange, []

    def tried(data: Path, *rest: Any) -> None:
        with pytest.raises(FolderTaken), held(data):
            pass
        refused.append(data)
        exchange(data, *rest)

    monkeypatch.setattr(restoring_module, "_exchange", tried)
    restored(backup, tmp_path / "new")
    assert refused == [tmp_path / "new"]


@pytest.mark.parametrize("ending", ["-1.png", "bot.sqlite"])
def test_a_damaged_backup_leaves_everything_as_it_was(data: Path, backup: Path, ending: str) -> None:
    written(backup, changed(members(backup), ending, lambda content: content[:-1] + b"X"))
    before = files(data)
    with pytest.raises(BackupFailed, match=rf"The backup is damaged\. .*{ending}: its bytes are not what they were"):
        restored(backup, data, force=True)
    assert files(data) == before


@pytest.mark.parametrize("name", ["bot.sqlite", "adapters/library.sqlite"])
@pytest.mark.parametrize("said", [True, False])
def test_a_database_of_a_newer_version_is_refused_whatever_the_manifest_says(
    backup: Path, tmp_path: Path, name: str, said: bool
) -> None:
    content = members(backup)
    path = tmp_path / "newer.sqlite"
    path.write_bytes(content[name])
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    told(content, name, path.read_bytes())
    manifest = json.loads(content["manifest.json"])
    if said:
        manifest["bot_version" if name == "bot.sqlite" else "library_version"] = 99
    content["manifest.json"] = json.dumps(manifest).encode()
    written(backup, content)
    with pytest.raises(BackupFailed, match=r"is of a newer StyleSeal \(version 99; this one knows \d+\)"):
        restored(backup, tmp_path / "new")
    assert files(tmp_path / "new") == {}


@pytest.mark.parametrize("moves", range(8))
def test_where_something_cannot_be_moved_everything_is_moved_back(
    data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    rename, done = Path.rename, []

    def fails_once(path: Path, target: Path) -> Path:
        if len(done) == moves:
            done.append(path)
            raise OSError(errno.EBUSY, "Device or resource busy")
        done.append(path)
        return rename(path, target)

    before = files(data)
    monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(BackupFailed, match="could not be put back: Device or resource busy"):
        restored(backup, data, force=True)
    monkeypatch.undo()
    assert files(data) == before
    assert not any(path.name.startswith(("data.old-", "restoring-")) for path in data.iterdir())


def test_interrupted_while_things_are_moved_everything_is_moved_back(
    data: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "bot.sqlite" and path.parent.name.startswith("restoring-"):
            raise KeyboardInterrupt
        return rename(path, target)

    before = files(data)
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restored(backup, data, force=True)
    assert files(data) == before


@pytest.mark.skipif(os.name == "nt", reason="has other permissions")
def test_what_is_put_back_is_readable_for_its_owner_alone(backup: Path, tmp_path: Path) -> None:
    restored(backup, tmp_path / "new")
    paths = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert len(paths) > 5
    assert [path.name for path in paths if path.stat().st_mode & 0o077] == []


def test_too_little_room_for_it_is_said_before_anything_is_written(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring_module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10))  # type: ignore[attr-defined]
    with pytest.raises(BackupFailed, match=r"0 MiB are free on the disk of .* or name another data folder"):
        restored(backup, tmp_path / "new")
    assert files(tmp_path / "new") == {}
