import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli import main as cli
from cli.main import Verb

FAIL = Verb("fail", "tests.cli.verbs.fail", "Fail, in a line.")
ABSENT = Verb("absent", "tests.cli.verbs.no_such_module", "Cannot be imported at all.")


def ended_with(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments, [FAIL, ABSENT])
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture(autouse=True)
def no_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STYLESEAL_DEBUG", raising=False)


def test_help_names_every_verb_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    sys.modules.pop(FAIL.module, None)
    assert ended_with("--help") == 0
    told = capsys.readouterr().out
    assert FAIL.help in told
    assert ABSENT.help in told
    assert FAIL.module not in sys.modules


def test_a_verb_used_is_imported_alone_and_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended_with("fail", "--help") == 0
    assert "the way it is told" in capsys.readouterr().out


def test_a_verb_that_is_done_exits_with_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended_with("fail", "not-at-all") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("invalid", 2, "styleseal: steps must be less.\n"),
        ("adapter", 2, "styleseal: This file is not a LoRA.\n"),
        ("gone", 1, "styleseal: The engine stopped.\n"),
        ("cancelled", 1, "styleseal: Taken back.\n"),
        ("task", 1, "styleseal: The engine stopped in a task.\n"),
        ("lines", 2, "styleseal: The first is wrong.\nstyleseal: So is the second.\n"),
        ("interrupt", 130, ""),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_an_exit_code(
    how: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_with("fail", how) == code
    assert capsys.readouterr().err == said


def test_debugging_shows_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_DEBUG", "1")
    with pytest.raises(cli.StyleSealError, match="The engine stopped"):
        cli.main(["fail", "gone"], [FAIL])


def test_a_bug_is_not_dressed_up_as_a_sentence() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.main(["fail", "bug"], [FAIL])


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["fail"], ["--no-such-option"], ["fail", "a", "b"]])
def test_asking_wrongly_exits_with_two(arguments: list[str]) -> None:
    assert ended_with(*arguments) == 2


def test_the_table_names_modules_that_exist_once_each() -> None:
    root = Path(cli.__file__).parent.parent
    assert len({verb.name for verb in cli.VERBS}) == len(cli.VERBS)
    for verb in (inner for outer in cli.VERBS for inner in outer.verbs or [outer]):
        assert root.joinpath(*verb.module.split(".")).with_suffix(".py").is_file(), verb.module


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_asking_for_help_loads_no_heavy_library(option: str) -> None:
    """Half a second is the promise; what breaks it is an import, and that can be tested without a clock."""
    script = (
        "import sys\nfrom cli.main import main\n"
        "try:\n    main([sys.argv[1]])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = {'torch', 'diffusers', 'transformers', 'peft', 'numpy', 'PIL', 'aiohttp', 'pydantic_settings'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, option], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "styleseal" in done.stdout.lower()
