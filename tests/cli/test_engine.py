import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cli.conftest import ended_with


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine was started with, instead of starting it."""
    started: list[Any] = []
    app = ModuleType("engine.app")
    app.run = lambda settings, *, ends_with_stdin: started.append((settings, ends_with_stdin))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "engine.app", app)
    return started


def test_options_go_over_the_environment(machine: Path, ran: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_BASE", "from-the-environment")
    monkeypatch.setenv("STYLESEAL_DTYPE", "fp32")
    words = "--listen tcp:127.0.0.1:8421 --token a-long-token --base my/base --device cpu"
    assert ended_with("engine", *words.split()) == 0
    ((settings, with_stdin),) = ran
    assert (str(settings.address), settings.base, settings.device, settings.dtype) == (
        "tcp:127.0.0.1:8421",
        "my/base",
        "cpu",
        "fp32",
    )
    assert settings.token.get_secret_value() == "a-long-token"
    assert with_stdin is False


def test_a_child_ends_with_its_parents_pipe(machine: Path, ran: list[Any]) -> None:
    assert ended_with("engine", "--parent-stdin") == 0
    assert ran[0][1] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--listen somewhere", "--listen"),
        ("--device gpu", "--device must be auto, cpu, mps, cuda or cuda:N, not 'gpu'."),
        ("--dtype fp4", "--dtype must be"),
        ("--listen tcp:0.0.0.0:80", "STYLESEAL_TOKEN"),
    ],
)
def test_a_wrong_option_is_a_sentence_before_anything_is_loaded(
    words: str, said: str, machine: Path, ran: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_with("engine", *words.split()) == 2
    assert said in capsys.readouterr().err
    assert ran == []
