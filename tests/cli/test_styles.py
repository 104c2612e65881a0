import json
from pathlib import Path

import pytest

from tests.adapters.files import write_styles
from tests.cli.conftest import ended_with

Capture = pytest.CaptureFixture[str]


def test_styles_are_listed_with_their_triggers(machine: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    write_styles(machine.parent / "data" / "styles", "mine", weight=0.8)
    assert ended_with("styles") == 0
    head, sks, _, mine = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "title", "trigger", "weight", "size", "from"]
    assert sks.split("  ")[0] == "sks"
    assert "in sks style" in sks
    assert sks.split()[-1] == "embedded"
    assert "0.8" in mine
    assert mine.split()[-1] == str(machine.parent / "data" / "styles")


def test_a_title_is_text_whatever_brackets_it_holds(
    machine: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    write_styles(machine.parent / "data" / "styles", "mine", title="ink [/] :cat: [red]")
    assert ended_with("styles") == 0
    assert "ink [/] :cat: [red]" in capsys.readouterr().out


def test_styles_are_json_when_asked(machine: Path, capsys: Capture) -> None:
    assert ended_with("styles", "--json") == 0
    sks, neon = json.loads(capsys.readouterr().out)
    assert (sks["name"], sks["trigger"], sks["weight"], neon["licence"]) == ("sks", "in sks style", 1.0, "CC0")
    assert sks["bytes"] == Path(sks["path"]).stat().st_size


def test_without_styles_the_list_says_so(machine: Path, capsys: Capture) -> None:
    (machine.parent / "embedded" / "styles.json").unlink()
    assert ended_with("styles") == 0
    assert capsys.readouterr() == ("", "There are no styles here.\n")


def test_a_broken_list_is_named(machine: Path, capsys: Capture) -> None:
    (machine.parent / "embedded" / "styles.json").write_text("{")
    assert ended_with("styles") == 2
    assert "embedded/styles.json cannot be read" in capsys.readouterr().err
