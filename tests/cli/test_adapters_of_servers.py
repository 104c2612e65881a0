"""Styles that servers have added, as the operator sees them and deals with them."""

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest

from adapters.library import Library, Quota, State
from adapters.styles import Style
from tests.adapters.files import tiny_adapter
from tests.cli.conftest import ended_with

Capture = pytest.CaptureFixture[str]
SERVER = "123456789012345678"


@pytest.fixture
def library(machine: Path) -> Path:
    """Where a server has one in each state."""
    folder = machine.parent / "data" / "adapters"
    with closing(Library(folder)) as library:
        for number, state in enumerate(State):
            data = tiny_adapter(number)
            draft = library.files.drafts / f"{number}.draft"
            draft.write_bytes(data)
            style = Style(name=f"a-{state}", path=draft, sha256=hashlib.sha256(data).hexdigest())
            one = library.add(draft, style, len(data), {"kinds": {"LoRA": 1}}, SERVER, Quota())
            library.move(one.id, state)
    return folder


def listed(capsys: Capture) -> dict[str, tuple[str, str]]:
    capsys.readouterr()
    assert ended_with("adapters", "list", "--json") == 0
    return {row["name"]: (row["whose"], row["state"]) for row in json.loads(capsys.readouterr().out)}


def test_it_is_listed_whose_each_is_and_in_which_state(library: Path, capsys: Capture) -> None:
    own = {f"a-{state}": (SERVER, str(state)) for state in State}
    assert listed(capsys) == {"sks": ("everyone", "active"), "neon": ("everyone", "active")} | own


def test_what_is_published_is_everyones(library: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "publish", "A-ACTIVE", "--server", SERVER) == 0
    assert listed(capsys)["a-active"] == ("everyone", "active")
    assert ended_with("adapters", "publish", "a-active", "--server", SERVER) == 2
    assert "no style" in capsys.readouterr().err
    assert ended_with("adapters", "publish", "a-draft", "--server", SERVER) == 2
    assert "a draft in that server" in capsys.readouterr().err


def test_a_servers_style_is_removed_by_its_name_and_the_server(library: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "remove", "a-active") == 2
    assert ended_with("adapters", "remove", "a-active", "--server", SERVER) == 0
    assert "a-active" not in listed(capsys)
    assert "a-disabled" in listed(capsys)


def test_what_is_damaged_is_named_also_when_it_was_removed(library: Path, capsys: Capture) -> None:
    with closing(Library(library)) as kept:
        for one in kept.retired(SERVER):
            one.style.path.write_bytes(b"rubbish")
    assert ended_with("adapters", "verify") == 1
    assert "a-retired" in capsys.readouterr().err
