"""What the bot logs: a disk that takes nothing is no reason to end, nor to say more than there is to say."""

import logging
import os
from pathlib import Path

import pytest

from cli.logs import logged

Capture = pytest.CaptureFixture[str]
log = logging.getLogger("tests.logs")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_takes_the_file_and_leaves_the_warnings(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "logs" / "bot.log"
    path.parent.mkdir()
    path.symlink_to("/dev/full")
    with logged(path):
        log.info("not for everybody")
        log.warning("of note")
    said = capsys.readouterr().err
    assert said.endswith("WARNING tests.logs: of note\n")
    assert said.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="has other permissions")
def test_the_file_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "bot.log"
    with logged(path):
        log.info("jobs by their ids")
    assert path.stat().st_mode & 0o077 == 0
    assert "jobs by their ids" in path.read_text()


def test_where_there_can_be_no_file_all_goes_to_standard_error(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "logs").write_text("in the way")
    with logged(tmp_path / "logs" / "bot.log"):
        log.info("for everybody")
    assert "for everybody" in capsys.readouterr().err


def test_a_connection_that_was_cut_is_one_line_and_what_fails_is_told_at_length(
    tmp_path: Path, capsys: Capture
) -> None:
    discord = logging.getLogger("discord.client")
    with logged(tmp_path / "bot.log"):
        for sentence in ("Attempting a reconnect in %.2fs", "Ignoring exception after %.2fs"):
            try:
                raise ConnectionResetError("100% cut")
            except ConnectionResetError:
                discord.exception(sentence, 1.5)
    cut, failed, *traceback = capsys.readouterr().err.splitlines()
    assert cut.endswith("WARNING discord.client: Attempting a reconnect in 1.50s: 100% cut")
    assert failed.endswith("ERROR discord.client: Ignoring exception after 1.50s")
    assert traceback[-1] == "ConnectionResetError: 100% cut"
