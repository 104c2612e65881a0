"""`make run`: one command brings everything up, and Ctrl-C takes it down."""

import importlib
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.store import lock
from cli import run
from tests.cli.conftest import ended_with


@pytest.mark.skipif(os.name == "nt", reason="sends signals")
def test_it_paints_shows_where_the_playground_is_and_ends_with_ctrl_c(machine: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "tests.cli.run_with_fakes"]
    with subprocess.Popen(command, cwd=machine, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(3)]
            assert "pictures" in lines[0]
            assert "playground" in lines[1]
            with urllib.request.urlopen(lines[1].split()[-1], timeout=5) as page:
                assert b"<html" in page.read()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    assert len(list((machine / "pictures").glob("*.png"))) >= 2


def test_a_second_playground_on_a_data_folder_leaves_the_first_ones_bot_what_it_keeps(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine.parent / "data" / "playground"
    with lock.held(folder):
        (folder / "bot.sqlite").write_text("a bot's, which runs")
        assert ended_with("run") == 1
        assert (folder / "bot.sqlite").read_text() == "a bot's, which runs"
    assert "Another StyleSeal runs on this data folder" in capsys.readouterr().err


def test_a_playgrounds_bot_begins_anew_and_what_it_kept_is_gone(tmp_path: Path) -> None:
    (tmp_path / "pictures" / "ab").mkdir(parents=True)
    (tmp_path / "bot.sqlite").write_text("of the last world")
    assert [path.name for path in run._emptied(tmp_path).iterdir()] == [lock.FILE]


def test_ctrl_c_while_the_command_is_still_loading_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib, "import_module", interrupted)
    assert ended_with("run") == 130
