import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import discord.http
import pytest

from bot.doctor import gpu_probe
from bot.doctor.gpu_probe import Torch
from cli import doctor
from playground.testing import Playground, started
from tests.cli.conftest import ended_with
from tests.fake_engine import FakeEngine

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the embedded base and styles, whose GPU is not looked for; gives the data folder."""

    async def no_gpu() -> Torch:
        return Torch("2.13.0", "", (), 0, apple=False)

    monkeypatch.setattr(gpu_probe, "probe", no_gpu)
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("DISCORD_TOKEN", "DISCORD_API", "ENGINE", "BASE", "DEVICE", "DTYPE"):
        monkeypatch.delenv(f"STYLESEAL_{name}", raising=False)
    return machine.parent / "data"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


def told(capsys: Capture) -> dict[str, Any]:
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def sentences(answer: dict[str, Any], examination: str) -> list[str]:
    return [one["sentence"] for one in answer["findings"] if one["examination"] == examination]


def test_warnings_are_no_reason_to_exit_with_one_and_nothing_is_made(here: Path, capsys: Capture) -> None:
    assert ended_with("doctor") == 0
    out = capsys.readouterr().out
    assert "! There is no GPU" in out
    assert "→ " in out
    assert not here.exists()


def test_what_is_broken_exits_with_one_and_stands_with_its_remedy(here: Path, capsys: Capture) -> None:
    here.mkdir()
    newer = sqlite3.connect(here / "bot.sqlite")
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    assert ended_with("doctor") == 1
    lines = capsys.readouterr().out.splitlines()
    (number,) = [number for number, line in enumerate(lines) if line.startswith("✗")]
    assert "newer StyleSeal" in lines[number]
    assert lines[number + 1].startswith("  → ")
    assert lines[-1] == "What is marked with ✗ has to be put right."


async def test_on_discord_the_channel_where_it_may_not_send_is_named_and_the_token_is_not(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, playground: Playground
) -> None:
    monkeypatch.setenv("STYLESEAL_DISCORD_API", playground.api)
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKEN", playground.token)
    assert await asyncio.to_thread(ended_with, "doctor", "--json") == 0
    out = capsys.readouterr().out
    assert playground.token not in out
    answer = json.loads(out)
    assert answer["ok"] is True
    assert any("#announcements" in sentence for sentence in sentences(answer, "permissions"))
    assert {"examination", "mark", "sentence", "todo"} == set(answer["findings"][0])


def test_a_discord_that_is_down_exits_with_one(here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_DISCORD_API", "http://127.0.0.1:1")
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKEN", "a-token")
    assert ended_with("doctor", "--json") == 1
    answer = told(capsys)
    assert answer["ok"] is False
    assert "connection refused" in sentences(answer, "token")[0]


def test_settings_that_are_wrong_do_not_keep_it_from_the_rest(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLESEAL_DTYPE", "fp99")
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKN", "x")
    assert ended_with("doctor", "--json") == 1
    answer = told(capsys)
    wrong, misspelt = sentences(answer, "settings")
    assert "STYLESEAL_DTYPE" in wrong
    assert "STYLESEAL_DISCORD_TOKN" in misspelt
    assert sentences(answer, "disk")
    assert not sentences(answer, "base")


def test_a_terminal_without_letters_of_that_kind_gets_others(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain(doctor.Console):
        @property
        def encoding(self) -> str:
            return "ascii"

    monkeypatch.setattr(doctor, "Console", Plain)
    assert ended_with("doctor") == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert "!! There is no GPU" in out
    assert "\n   -> " in out


def test_an_engine_that_is_started_says_what_it_paints_with_and_makes_nothing_here(here: Path, capsys: Capture) -> None:
    assert ended_with("doctor", "--start-engine", "--json") == 0
    starts, paints, *_ = sentences(told(capsys), "start")
    assert starts == "An engine starts here."
    assert "That engine paints with pocket" in paints
    assert not here.exists()


def test_an_engine_that_does_not_start_is_broken(here: Path, capsys: Capture, fake_child: Callable[..., None]) -> None:
    fake_child(says="styleseal: The base is missing.", exits=1)
    assert ended_with("doctor", "--start-engine", "--json") == 1
    (sentence,) = sentences(told(capsys), "start")
    assert "The base is missing." in sentence


def test_an_engine_that_runs_at_the_usual_address_is_asked(here: Path, capsys: Capture, engine: FakeEngine) -> None:
    assert ended_with("doctor", "--json") == 0
    assert "paints with pocket on cpu" in sentences(told(capsys), "engine")[0]
