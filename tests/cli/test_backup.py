"""`styleseal backup` as its operator meets it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.lock import held
from tests.cli.conftest import ended_with

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data(machine: Path) -> Path:
    """A data folder with a database and a picture."""
    data = machine.parent / "data"
    (data / "pictures" / "ab").mkdir(parents=True)
    (data / "pictures" / "ab" / "ab12-1.png").write_bytes(b"a picture")
    write_database(data)
    return data


def write_database(data: Path) -> None:
    with closing(sqlite3.connect(data / "bot.sqlite")) as database, database:
        database.execute("CREATE TABLE pictures (bytes)")
        database.execute("CREATE TABLE numbers (number)")
        database.execute("INSERT INTO numbers VALUES (7)")


def test_a_backup_is_made_checked_and_put_back(data: Path, machine: Path, capsys: Capture) -> None:
    assert ended_with("backup", "mine.tar") == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{machine / 'mine.tar'}: 2 files, 0.0 MiB (StyleSeal ")
    assert said.err == ""
    assert ended_with("backup", "--check", "mine.tar") == 0
    assert capsys.readouterr().out.startswith("mine.tar is sound: 2 files")
    (data / "pictures" / "ab" / "ab12-1.png").write_bytes(b"another")
    assert ended_with("backup", "--restore", "mine.tar", "--force") == 0
    said = capsys.readouterr()
    assert f"{data} is as it was: 2 files" in said.out
    assert f"What was there before is in {data}{os.sep}data.old-20" in said.out
    assert (data / "pictures" / "ab" / "ab12-1.png").read_bytes() == b"a picture"


def test_without_a_name_it_is_named_after_the_time(data: Path, machine: Path, capsys: Capture) -> None:
    assert ended_with("backup", "--without-pictures") == 0
    [made] = machine.glob("styleseal-20??-??-??-??????.tar")
    assert capsys.readouterr().out.startswith(f"{made}: 1 file, 0.0 MiB, without the painted pictures (StyleSeal ")


def test_a_damaged_one_is_said_so(data: Path, machine: Path, capsys: Capture) -> None:
    assert ended_with("backup", "mine.tar") == 0
    whole = (machine / "mine.tar").read_bytes()
    (machine / "mine.tar").write_bytes(whole.replace(b"a picture", b"B picture"))
    capsys.readouterr()
    assert ended_with("backup", "--check", "mine.tar") == 1
    said = capsys.readouterr()
    assert said.err == (
        "pictures/ab/ab12-1.png: its bytes are not what they were.\nmine.tar is damaged; make another backup.\n"
    )
    assert said.out == ""


def test_while_a_bot_runs_it_is_made_but_not_put_back(data: Path, capsys: Capture) -> None:
    with held(data):
        assert ended_with("backup", "mine.tar") == 0
        capsys.readouterr()
        assert ended_with("backup", "--restore", "mine.tar", "--force") == 1
    said = f"styleseal: Another StyleSeal runs on this data folder (pid {os.getpid()}): {data}. End it first.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["there.tar"], 2, "is there already, and is not written over; name another file."),
        (["no/folder/a.tar"], 2, "make it first."),
        (["--restore", "there.tar"], 1, "there.tar is no backup, or a damaged one"),
        (["--check", "there.tar"], 1, "there.tar is no backup, or a damaged one"),
        (["--check", "nowhere.tar"], 1, "The backup could not be read: No such file or directory"),
        (["a.tar", "--check", "there.tar"], 2, "Only one at a time: a file to write, --check or --restore."),
        (["--restore", "there.tar", "--check", "there.tar"], 2, "Only one at a time"),
        (["--without-pictures", "--restore", "there.tar"], 2, "--without-pictures is for writing a backup."),
        (["--force", "a.tar"], 2, "--force goes with --restore; a backup is never written over."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    data: Path, machine: Path, capsys: Capture, words: list[str], code: int, said: str
) -> None:
    (machine / "there.tar").write_bytes(b"no tar at all" * 100)
    assert ended_with("backup", *words) == code
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("styleseal: ")
    assert said in line


def test_without_force_what_is_there_stays(data: Path, machine: Path, capsys: Capture) -> None:
    assert ended_with("backup", "mine.tar") == 0
    capsys.readouterr()
    assert ended_with("backup", "--restore", "mine.tar") == 2
    assert "is not empty, there is pictures, bot.sqlite; --force sets that aside." in capsys.readouterr().err
