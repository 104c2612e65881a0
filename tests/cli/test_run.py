"""`make run`: one command brings everything up, and Ctrl-C takes it down."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest


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
