import os
import threading
from pathlib import Path

import pytest

from bot.engine_log import EngineLog


def words(path: Path) -> list[str]:
    """The lines without their times."""
    return [line.partition(" ")[2] for line in path.read_text("utf-8", "replace").splitlines()]


def test_lines_are_kept_whole_with_the_time_however_they_arrive(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "engine.log"
    with EngineLog(path) as log:
        log.say("engine started")
        for part in (b"loa", b"ding\nrea", b"dy\r\n", b"\n", b"half a line"):
            log.write(part)
        log.say("engine ended")
    assert words(path) == ["--- engine started", "loading", "ready", "half a line", "--- engine ended"]
    assert all(line.startswith("20") and "T" in line.split()[0] for line in path.read_text().splitlines())
    assert path.stat().st_mode & 0o777 == 0o600 or os.name == "nt"


def test_of_a_line_written_over_again_and_again_the_last_is_kept(tmp_path: Path) -> None:
    with EngineLog(tmp_path / "log") as log:
        log.write(b"\r 10%|#\r 50%|###\r100%|#####|\n")
    assert words(tmp_path / "log") == ["100%|#####|"]


def test_a_line_without_an_end_is_kept_in_pieces(tmp_path: Path) -> None:
    with EngineLog(tmp_path / "log") as log:
        for _ in range(100):
            log.write(b"x" * 1000)
        log.say("over")
    *pieces, last = words(tmp_path / "log")
    assert sum(map(len, pieces)) == 100_000
    assert max(map(len, pieces)) < 4096
    assert last == "--- over"


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path: Path) -> None:
    with EngineLog(tmp_path / "log") as log:
        log.write(b"\xff\x00\xd0\xba\n")
    assert (tmp_path / "log").read_bytes().endswith(b" \xff\x00\xd0\xba\n")


def test_it_is_turned_over_and_never_grows_past_its_bounds(tmp_path: Path) -> None:
    for life in range(4):
        with EngineLog(tmp_path / "log", size=10_000, files=3) as log:
            for number in range(200):
                log.write(b"life %d line %d\n" % (life, number))
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["log", "log.1", "log.2"]
    assert all((tmp_path / name).stat().st_size <= 10_000 for name in files)
    kept = [line for name in reversed(files) for line in words(tmp_path / name)]
    assert kept[-1] == "life 3 line 199"
    everything = [f"life {life} line {number}" for life in range(4) for number in range(200)]
    assert kept == everything[-len(kept) :]


def test_what_a_disk_does_not_take_is_dropped_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.write_text("a file where the folder should be")
    log = EngineLog(folder / "engine.log")
    log._write([b"one\n", b"two\n"])
    folder.unlink()
    log._write([b"three\n"])
    log._write([b"four\n"])
    assert (folder / "engine.log").read_text() == "--- 2 lines could not be kept\nthree\nfour\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_hurts_nobody(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to("/dev/full")
    with EngineLog(tmp_path / "log") as log:
        log.write(b"one\n" * 5000)
        log.say("still here")
    assert not log._thread.is_alive()
    assert log._failed + log._refused == 5001


def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine_log._END_SECONDS", 0.05)
    log, freed = EngineLog(tmp_path / "log"), threading.Event()
    monkeypatch.setattr(log, "_write", lambda lines: freed.wait(30))
    with log:
        log.write(b"line\n" * 10_000)
        assert log._refused >= 10_000 - 2000 - 100
    assert log._thread.is_alive()
    freed.set()
    log._waiting.put(None, timeout=10)
    log._thread.join(10)
    assert not log._thread.is_alive()
