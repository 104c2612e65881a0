from pathlib import Path

import pytest
from PIL import Image

from protocol.parameters import painted_in
from tests.cli.conftest import ended_with
from tests.fake_engine import FakeEngine


def test_one_picture_in_each_style_and_one_without(
    engine: FakeEngine, machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_with("gallery") == 0
    assert capsys.readouterr().out == f"The pictures are in {machine / 'pictures'}\n"
    assert sorted(path.name for path in Path("pictures").iterdir()) == ["neon.png", "plain.png", "sks.png"]
    record = painted_in(Path("pictures/sks.png").read_bytes())
    assert record.prompt_used == "a portrait of a red astronaut in space, in sks style"
    with Image.open("pictures/plain.png") as image:
        assert image.size == (512, 512)


def test_a_folder_that_cannot_be_is_a_sentence(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pictures").write_text("a file")
    assert ended_with("gallery") == 2
    assert "pictures cannot be made" in capsys.readouterr().err
