import errno
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.errors import SourceFailed, StorageFailed
from adapters.sources.part import Note, Part, finished, sweep

NOTE = Note(6, '"one"', "Monday")


def started(folder: Path, data: bytes = b"abc") -> None:
    part = Part.opened(folder, "f")
    part.begin(NOTE)
    part.append(data)
    part.close()


def test_a_part_is_found_again_with_what_its_bytes_are_of(tmp_path: Path) -> None:
    started(tmp_path / "new")
    part = Part.opened(tmp_path / "new", "f")
    assert (part.have, part.note, part.is_whole) == (3, NOTE, False)
    part.append(b"def")
    assert part.is_whole
    path = part.finish()
    part.close()
    assert path.read_bytes() == b"abcdef"
    assert list((tmp_path / "new").iterdir()) == [path] == [finished(tmp_path / "new", "f")]


def test_only_one_at_a_time_writes_to_a_part(tmp_path: Path) -> None:
    part = Part.opened(tmp_path, "f")
    with pytest.raises(SourceFailed, match="being fetched already"):
        Part.opened(tmp_path, "f")
    Part.opened(tmp_path, "other").close()
    part.close()
    Part.opened(tmp_path, "f").close()


def test_a_part_that_was_finished_while_it_was_opened_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(tmp_path)
    really = os.open

    def slowly(path: Path, *rest: int) -> int:
        descriptor = really(path, *rest)
        Path(path).rename(tmp_path / "f.done")
        return descriptor

    monkeypatch.setattr(os, "open", slowly)
    with pytest.raises(SourceFailed, match="being fetched already"):
        Part.opened(tmp_path, "f")
    assert (tmp_path / "f.done").read_bytes() == b"abc"


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "{}", '{"total": "x"}', '{"total": 2, "etag": "", "modified": ""}', "[" * 100_000, "\udcff"]
)
def test_bytes_of_which_nothing_is_known_are_not_built_upon(note: str, tmp_path: Path) -> None:
    started(tmp_path)
    (tmp_path / "f.json").write_text(note, "utf-8", errors="surrogateescape")
    part = Part.opened(tmp_path, "f")
    assert part.note is None
    part.begin(Note(2))
    part.append(b"xy")
    assert part.finish().read_bytes() == b"xy"
    part.close()


def test_more_than_was_announced_is_not_taken(tmp_path: Path) -> None:
    part = Part.opened(tmp_path, "f")
    with pytest.raises(SourceFailed, match="More arrived"):
        part.append(b"a")
    part.begin(NOTE)
    with pytest.raises(SourceFailed, match="More arrived"):
        part.append(b"abcdefg")
    part.close()


@pytest.mark.parametrize(
    ("note", "mark"),
    [
        (Note(1, '"a"', "Monday"), '"a"'),
        (Note(1, 'W/"a"', "Monday"), "Monday"),
        (Note(1, "", "Monday"), "Monday"),
        (Note(1, 'W/"a"'), ""),
        (Note(1), ""),
        (Note(1, '"\udc80"'), ""),
        (Note(1, "", "a\tb"), ""),
    ],
)
def test_a_weak_mark_is_none(note: Note, mark: str) -> None:
    assert note.mark == mark


@pytest.mark.parametrize("step", ["begin", "append", "sha256", "finish", "discard"])
def test_a_disk_that_fails_is_said_in_a_sentence(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    part = Part.opened(tmp_path, "f")
    part.begin(NOTE)
    for module, name in ((os, "write"), (os, "fsync"), (os, "truncate"), (Path, "unlink"), (Path, "open")):
        monkeypatch.setattr(module, name, full)
    steps = {"begin": (NOTE,), "append": (b"a",)}
    with pytest.raises(StorageFailed, match="cannot be stored: No space left on device"):
        getattr(part, step)(*steps.get(step, ()))
    part.close()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="cannot be stored"):
        Part.opened(tmp_path / "file", "f")


def test_a_file_larger_than_the_room_left_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=5))
    part = Part.opened(tmp_path, "f")
    with pytest.raises(StorageFailed, match="less room"):
        part.begin(NOTE)
    assert (part.note, list(tmp_path.iterdir())) == (None, [tmp_path / "f.part"])
    part.close()


def test_what_was_left_long_ago_is_swept_away(tmp_path: Path) -> None:
    names = ["old.part", "old.json", "old.done", "alone.json", "live.json", "live.part", "new.part", "keep.txt"]
    for name in names:
        (tmp_path / name).write_text(json.dumps({}))
        if not name.startswith("new") and name != "live.part":
            os.utime(tmp_path / name, (1_000, 1_000))
    assert sweep(tmp_path, 3_600) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keep.txt", "live.json", "live.part", "new.part"]
    assert sweep(tmp_path / "none", 0) == 0
