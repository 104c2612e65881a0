"""The library keeps files and entries together, whoever writes and whatever is interrupted."""

import hashlib
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import QuotaReached, StorageFailed
from adapters.files import Files, copied
from adapters.library import EVERYONE, Kept, Library, Quota
from adapters.styles import Style
from protocol.errors import InvalidRequest

PLENTY = Quota()
ONE, OTHER = b"one adapter", b"another adapter"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    yield library
    library.close()


def add(library: Library, data: bytes, name: str, owner: str = EVERYONE, quota: Quota = PLENTY, **fields: Any) -> Kept:
    with library.files.draft() as draft:
        draft.write_bytes(data)
        style = Style(name=name, path=draft, sha256=hashlib.sha256(data).hexdigest(), **fields)
        return library.add(draft, style, len(data), {"kinds": {"LoRA": 1}}, owner, quota)


def files_of(library: Library) -> list[bytes]:
    return [library.files.path(sha256).read_bytes() for sha256 in library.files.known()]


def test_a_style_comes_back_as_it_was_added_also_to_another_process(library: Library, tmp_path: Path) -> None:
    fields = {"title": "Ink", "trigger": "in sks style", "weight": 0.8, "weight_range": (0.2, 1.2), "licence": "CC0"}
    kept = add(library, ONE, "sks", **fields)
    other = Library(tmp_path)
    assert other.styles() == [kept.style]
    assert {name: getattr(kept.style, name) for name in fields} == fields
    assert kept.style.path.read_bytes() == kept.style.read() == ONE
    assert kept.facts == {"kinds": {"LoRA": 1}}
    add(other, OTHER, "neon")
    assert [style.name for style in library.styles()] == ["neon", "sks"]
    other.close()


def test_a_file_is_kept_once_and_goes_with_the_last_who_has_it(library: Library) -> None:
    add(library, ONE, "sks", owner="a")
    add(library, ONE, "mine", owner="b")
    assert files_of(library) == [ONE]
    library.remove("SKS ", "a")
    assert files_of(library) == [ONE]
    library.remove("mine", "b")
    assert (files_of(library), library.kept()) == ([], [])


def test_an_owner_sees_its_own_styles_only(library: Library) -> None:
    add(library, ONE, "sks", owner="a")
    assert library.styles("b") == []
    with pytest.raises(InvalidRequest, match="no style 'sks'"):
        library.remove("sks", "b")
    assert len(library.kept()) == 1


def test_a_name_is_used_once_in_whatever_case(library: Library) -> None:
    add(library, ONE, "Sks")
    with pytest.raises(InvalidRequest, match="already"):
        add(library, OTHER, "sKS")
    assert files_of(library) == [ONE]
    add(library, OTHER, "sKS", owner="somebody else")


def test_a_quota_counts_styles_and_each_file_once(library: Library) -> None:
    quota = Quota(styles=2, bytes=len(OTHER) + 3)
    add(library, ONE, "one", quota=quota)
    with pytest.raises(QuotaReached, match="MiB is the most"):
        add(library, OTHER, "other", quota=quota)
    add(library, ONE, "same file", quota=quota)
    assert library.used(EVERYONE) == len(ONE)
    with pytest.raises(QuotaReached, match="2 styles already, and 2"):
        add(library, ONE, "third", quota=quota)
    add(library, OTHER, "other", owner="with room of its own", quota=quota)


def test_verify_finds_what_is_damaged_and_what_is_missing_and_adding_it_again_heals(library: Library) -> None:
    damaged, missing = add(library, ONE, "one").style, add(library, OTHER, "other").style
    damaged.path.write_bytes(b"two adapter")
    missing.path.unlink()
    found = dict(library.verify())
    assert "damaged" in found[damaged.sha256]
    assert "missing" in found[missing.sha256]
    add(library, ONE, "again")
    add(library, OTHER, "again too")
    assert set(dict(library.verify()).values()) == {""}


def test_sweeping_takes_old_drafts_and_files_without_an_entry(library: Library) -> None:
    kept = add(library, ONE, "one")
    stray = library.files.path("0" * 64)
    stray.parent.mkdir()
    stray.write_bytes(b"stray")
    old, new = (library.files.drafts / name for name in ("old.draft", "new.draft"))
    for draft in (old, new):
        draft.write_bytes(b"draft")
    os.utime(old, (0, 0))
    library.sweep()
    assert not stray.exists()
    assert (old.exists(), new.exists(), kept.style.path.exists()) == (False, True, True)


def test_two_threads_may_add_the_same_file_and_name_at_once(library: Library, tmp_path: Path) -> None:
    refused = []

    def adding(number: int) -> None:
        for round_ in range(10):
            try:
                add(library, ONE, f"style {round_}", owner=str(number % 2))
            except InvalidRequest:
                refused.append(number)

    threads = [threading.Thread(target=adding, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.kept()) == 20
    assert len(refused) == 20
    assert files_of(library) == [ONE]


def test_removing_while_another_process_adds_the_same_file_leaves_it_there(library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path)
    add(library, ONE, "mine", owner="a")
    removed = threading.Event()

    class Late(Files):
        """Lets the other process add between the entry's end and the file's."""

        def remove(self, sha256: str) -> None:
            removed.set()
            super().remove(sha256)

    library.files = Late(tmp_path)
    drop = library._drop_unless_entered

    def drop_late(sha256: str) -> None:
        add(other, ONE, "theirs", owner="b")
        drop(sha256)

    library._drop_unless_entered = drop_late  # type: ignore[method-assign]
    library.remove("mine", "a")
    assert not removed.is_set()
    assert dict(other.verify()) == {hashlib.sha256(ONE).hexdigest(): ""}
    other.close()


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(StorageFailed, match="could not be read"):
        Library(tmp_path)


def test_a_disk_that_is_full_is_a_sentence_and_loses_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    add(library, ONE, "one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="No space left"):
            add(library, OTHER, "other")
    assert [kept.style.name for kept in library.kept()] == ["one"]
    add(library, OTHER, "other")
    assert set(dict(library.verify()).values()) == {""}


def test_a_file_is_copied_with_its_hash_and_under_a_cap(library: Library, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(ONE)
    with library.files.draft() as draft:
        assert copied(source, draft, 100) == hashlib.sha256(ONE).hexdigest()
        assert draft.read_bytes() == ONE
    with library.files.draft() as draft, pytest.raises(StorageFailed, match="larger"):
        copied(source, draft, 5)
    assert list(library.files.drafts.iterdir()) == []


WORK: dict[str, Callable[[Library], Any]] = {
    "adding": lambda library: add(library, OTHER, "other"),
    "adding what is there": lambda library: add(library, ONE, "again", owner="b"),
    "removing": lambda library: library.remove("one", EVERYONE),
    "sweeping": lambda library: library.sweep(),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("work", WORK.values(), ids=WORK.keys())
def test_killed_at_any_line_it_holds_all_of_the_work_or_nothing(tmp_path: Path, work: Callable[[Library], Any]) -> None:
    """The process dies before the first line of the library's code, then before the second, and so on to the last."""
    died, line = 0, 0
    while died == line:
        folder = tmp_path / str(line)
        before = Library(folder)
        add(before, ONE, "one")
        stray = before.files.path("0" * 64)
        stray.parent.mkdir()
        stray.write_bytes(b"stray")
        before.close()
        line += 1
        died += _dies_at(line, folder, work)
        after = Library(folder)
        problems = [problem for _, problem in after.verify() if problem]
        assert problems == []
        for kept in after.kept():
            assert kept.style.read() in (ONE, OTHER)
        after.sweep()
        assert sorted(after.files.known()) == sorted({kept.style.sha256 for kept in after.kept()})
        after.close()
    assert line > 20


def _dies_at(line: int, folder: Path, work: Callable[[Library], Any]) -> bool:
    """Whether the work was not done yet when that line was reached."""
    if (child := os.fork()) == 0:
        seen = 0

        def trace(frame: Any, event: str, _: Any) -> Any:
            nonlocal seen
            if not frame.f_code.co_filename.endswith(("adapters/library.py", "adapters/files.py")):
                return None
            seen += event == "line"
            if seen >= line:
                os._exit(9)
            return trace

        library = Library(folder)
        sys.settrace(trace)
        work(library)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_database_that_may_not_grow_is_said_as_it_is_and_holds_nothing_up(library: Library) -> None:
    style = add(library, ONE, "one").style
    draft = library.files.drafts / "draft"
    draft.write_bytes(OTHER)
    other = replace(style, name="other", sha256=hashlib.sha256(OTHER).hexdigest())
    (pages,) = library._database.execute("PRAGMA page_count").fetchone()
    library._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFailed, match="disk is full"):
        library.add(draft, other, len(OTHER), {"file": "long" * 10_000}, EVERYONE, PLENTY)
    library._database.execute("PRAGMA max_page_count = 100000")
    add(library, OTHER, "other")
    assert set(dict(library.verify()).values()) == {""}


def test_an_end_that_fails_is_undone(library: Library) -> None:
    class Refusing:
        """A database whose disk fails once, at the end."""

        def __init__(self) -> None:
            self.refusals = 1

        def execute(self, statement: str, *values: Any) -> Any:
            if statement == "COMMIT" and self.refusals:
                self.refusals -= 1
                raise sqlite3.OperationalError("disk I/O error")
            return own.execute(statement, *values)

        def __getattr__(self, name: str) -> Any:
            return getattr(own, name)

    own = library._database
    library._database = Refusing()  # type: ignore[assignment]
    with pytest.raises(StorageFailed, match="disk I/O error"):
        add(library, ONE, "one")
    assert library.kept() == []
    add(library, ONE, "one")
    library._database = own


def test_pictures_of_a_style_that_is_gone_are_swept(library: Library) -> None:
    kept = add(library, ONE, "one")
    own, stray = library.preview(kept.id, "card"), library.preview(kept.id + 1, "card")
    for path in (own, stray):
        path.write_bytes(b"picture")
    library.sweep()
    assert (own.exists(), stray.exists()) == (True, False)


def test_a_folder_that_cannot_be_is_a_sentence_about_the_library(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed, match="The library of adapters could not be read or written: Not a directory"):
        Library(tmp_path / "file" / "adapters")


def test_a_library_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    """The switch to the write-ahead log fails at once where somebody writes."""
    other = sqlite3.connect(tmp_path / "library.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE something (id INTEGER)")
    finish = threading.Timer(0.3, other.execute, ("COMMIT",))
    finish.start()
    Library(tmp_path).close()
    finish.join()
    other.close()


def test_listing_does_not_wait_for_somebody_who_writes(library: Library, tmp_path: Path) -> None:
    add(library, ONE, "one")
    with library._writing():
        listed: list[str] = []
        reader = threading.Thread(target=lambda: listed.extend(style.name for style in library.styles()))
        reader.start()
        reader.join(5)
        assert listed == ["one"]


def test_a_library_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Library(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.sqlite") as file:
        file.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageFailed, match="newer StyleSeal"):
        Library(tmp_path)
