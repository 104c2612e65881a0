"""The library of adapters from the command line, as a person and as a program use it."""

import json
from pathlib import Path

import pytest

from tests.adapters.whole_files import lora_file
from tests.cli.conftest import ended_with
from tests.fake_engine import FakeEngine

Capture = pytest.CaptureFixture[str]
SAID = {"modelspec.trigger_phrase": "in ink style", "modelspec.title": "Ink, by hand", "name": "a lora"}


@pytest.fixture
def ink(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "200")
    path = machine / "ink.safetensors"
    path.write_bytes(lora_file(metadata=SAID))
    return path


def listed(capsys: Capture) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    assert ended_with("adapters", "list", "--json") == 0
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_a_file_becomes_a_style_that_is_listed_and_painted_in(
    engine: FakeEngine, machine: Path, ink: Path, capsys: Capture
) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "ink", "--weight", "0.8") == 0
    out = capsys.readouterr().out
    for said in ("added", "in ink style", "LoRA (36), diffusers", "the pocket base", "50.0%", "card.png"):
        assert said in out
    row = listed(capsys)["ink"]
    assert (row["trigger"], row["weight"], row["kind"], row["from"]) == ("in ink style", 0.8, "LoRA", "library")
    assert Path(str(row["path"])).read_bytes() == ink.read_bytes()
    ink.unlink()
    assert ended_with("paint", "a cat", "--style", "ink") == 0
    (use,) = engine.orders[-1].request.adapters
    assert (use.sha256, use.weight, use.trigger) == (row["sha256"], 0.8, "in ink style")
    assert len(list((machine.parent / "data" / "adapters" / "previews").glob("*.png"))) == 3


def test_a_program_reads_the_same_as_json(engine: FakeEngine, ink: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "add", str(ink), "--json") == 0
    added = json.loads(capsys.readouterr().out)
    assert (added["name"], added["trigger"], added["difference"]) == ("ink-by-hand", "in ink style", 0.5)
    assert added["kinds"] == {"LoRA": 36}
    assert Path(added["card"]).is_file()


def test_a_name_that_is_taken_is_said_before_anything_is_done(engine: FakeEngine, ink: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "ink") == 0
    asked = len(engine.orders)
    assert ended_with("adapters", "add", str(ink), "--name", "INK") == 2
    assert "already" in capsys.readouterr().err
    assert len(engine.orders) == asked


def test_an_adapter_that_changes_nothing_is_not_taken_in(engine: FakeEngine, ink: Path, capsys: Capture) -> None:
    engine.moves = 0.0
    assert ended_with("adapters", "add", str(ink), "--name", "ink") == 2
    assert "changes the picture by 0.00% only" in capsys.readouterr().err
    assert "ink" not in listed(capsys)


def test_a_folder_with_one_adapter_is_that_adapter(
    engine: FakeEngine, ink: Path, machine: Path, capsys: Capture
) -> None:
    folder = machine / "trained"
    folder.mkdir()
    assert ended_with("adapters", "add", str(folder)) == 2
    assert "no .safetensors file" in capsys.readouterr().err
    for name in ("one", "two"):
        (folder / f"{name}.safetensors").write_bytes(ink.read_bytes())
    assert ended_with("adapters", "add", str(folder)) == 2
    assert "2 .safetensors files (one.safetensors, two.safetensors)" in capsys.readouterr().err
    (folder / "pytorch_lora_weights.safetensors").write_bytes(ink.read_bytes())
    assert ended_with("adapters", "add", str(folder), "--name", "x", "--trigger", "") == 0
    assert listed(capsys)["x"]["trigger"] == ""


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("absent.safetensors", 2, "cannot be read: No such file"),
        ("http://example.com/a.safetensors", 2, "not an https address"),
        ("https://127.0.0.1/a.safetensors", 2, ""),
        ("https://example.com/a.safetensors", 2, ""),
        ("ink", 2, "names no adapter"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(machine: Path, capsys: Capture, source: str, code: int, said: str) -> None:
    assert ended_with("adapters", "add", source) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.startswith("styleseal: ")
    assert list((machine.parent / "data" / "adapters" / "drafts").iterdir()) == []


def test_a_file_is_described_whether_it_is_taken_or_not(machine: Path, ink: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "inspect", str(ink)) == 0
    out = capsys.readouterr().out
    for said in (
        "LoRA (36)",
        "diffusers",
        "the pocket base (100%",
        "in ink style  (modelspec.trigger_phrase)",
        "AutoV2",
    ):
        assert said in out
    other = machine / "other.safetensors"
    other.write_bytes(lora_file().replace(b"unet.", b"vnet."))
    assert ended_with("adapters", "inspect", str(other), "--json") == 0
    assert "cannot be used" in json.loads(capsys.readouterr().out)["refusal"]
    other.write_bytes(b"no adapter")
    assert ended_with("adapters", "inspect", str(other)) == 2


def test_a_damaged_file_is_found_and_healed_by_adding_it_again(engine: FakeEngine, ink: Path, capsys: Capture) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "ink") == 0
    path = Path(str(listed(capsys)["ink"]["path"]))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert ended_with("adapters", "verify") == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("ink: ")
    assert "1 of 1 files" in captured.out
    assert ended_with("adapters", "add", str(ink), "--name", "again") == 0
    assert ended_with("adapters", "verify") == 0


def test_what_is_removed_is_gone_with_its_pictures(
    engine: FakeEngine, ink: Path, machine: Path, capsys: Capture
) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "ink") == 0
    assert ended_with("adapters", "remove", "INK") == 0
    assert "ink" not in listed(capsys)
    assert [
        path for path in (machine.parent / "data" / "adapters").rglob("*") if path.suffix in (".png", ".safetensors")
    ] == []
    assert ended_with("adapters", "remove", "ink") == 2
    assert "no style 'ink'" in capsys.readouterr().err


@pytest.mark.parametrize("to", ["kohya", "diffusers"])
def test_an_adapter_is_exported_under_a_name_that_says_how(
    engine: FakeEngine, ink: Path, machine: Path, capsys: Capture, to: str
) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "ink") == 0
    capsys.readouterr()
    assert ended_with("adapters", "export", "ink", "--to", to) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == Path(f"ink.{to}.safetensors")
    assert ended_with("adapters", "inspect", str(path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["spellings"], found["modules"], found["triggers"][0]["words"]) == ([to], 36, "in ink style")


def test_listing_makes_nothing_where_there_is_no_library(machine: Path, capsys: Capture) -> None:
    assert ended_with("styles") == 0
    assert not (machine.parent / "data").exists()


@pytest.mark.parametrize(
    ("out", "said"), [("", "is a folder"), (".", "is a folder"), ("absent/x", "There is no folder")]
)
def test_a_place_for_an_export_is_looked_at_first(machine: Path, capsys: Capture, out: str, said: str) -> None:
    assert ended_with("adapters", "export", "sks", "--out", out) == 2
    assert said in capsys.readouterr().err


def test_a_name_is_listed_whole_on_a_narrow_terminal(
    engine: FakeEngine, ink: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ended_with("adapters", "add", str(ink), "--name", "a-rather-long-name") == 0
    monkeypatch.setenv("COLUMNS", "60")
    capsys.readouterr()
    assert ended_with("adapters", "list") == 0
    out = capsys.readouterr().out
    assert "a-rather-long-name " in out
    assert "…" not in out


def test_what_no_style_can_have_is_said_before_anything_is_fetched(machine: Path, capsys: Capture) -> None:
    for wrong in (("--weight", "9"), ("--name", "a,b"), ("--trigger", "two\nlines")):
        assert ended_with("adapters", "add", "https://example.com/a.safetensors", *wrong) == 2
        assert f"{wrong[0].removeprefix('--')} must " in capsys.readouterr().err


@pytest.mark.parametrize("source", ["https://example.com/" + "x" * 5000, "x" * 5000, "~nobody-at-all/x.safetensors"])
def test_what_can_be_no_path_is_a_sentence(machine: Path, capsys: Capture, source: str) -> None:
    assert ended_with("adapters", "add", source) == 2
    assert ended_with("adapters", "export", "sks", "--out", "x" * 5000) == 2
    assert "Nothing can be written there: File name too long" in capsys.readouterr().err
