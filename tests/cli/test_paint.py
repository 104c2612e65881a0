import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cli import save as save_module
from protocol.errors import NotFinite
from protocol.parameters import exif_of, painted_in
from tests.adapters.files import tiny_adapter, write_styles
from tests.cli.conftest import ended_with
from tests.fake_engine import FakeEngine

Capture = pytest.CaptureFixture[str]


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def error_of(capsys: Capture, *arguments: str, code: int = 2) -> str:
    assert ended_with("paint", *arguments) == code
    return capsys.readouterr().err


def test_a_picture_in_a_style_is_written_and_told(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    assert ended_with("paint", "astronaut", "--style", "sks", "--seed", "7", "--out", "a.png") == 0
    assert capsys.readouterr() == ("a.png  seed 7, 0.5 s\n", "")
    assert files_in(machine) == ["a.png"]
    record = painted_in(Path("a.png").read_bytes())
    assert (record.prompt_used, record.styles) == ("astronaut, in sks style", ("sks",))
    assert 'Lora hashes: "sks: ' in record.to_a1111()
    assert len(engine.adapters) == 1


def test_every_option_reaches_the_engine(engine: FakeEngine, machine: Path) -> None:
    Image.new("RGB", (8, 8)).save("under.png")
    words = "--style sks --weight 0.5 --style neon --weight -0.25 --steps 3 --size 128x192 --guidance 4 --sampler ddim"
    more = "--negative blur --seed 9 --count 2 --image under.png --strength 0.6 --no-trigger --out x.png"
    assert ended_with("paint", "a cat", *words.split(), *more.split()) == 0
    asked = engine.orders[-1].request
    assert [(use.weight, use.trigger) for use in asked.adapters] == [(0.5, ""), (-0.25, "")]
    assert (asked.prompt, asked.negative_prompt, asked.steps, asked.width, asked.height) == (
        "a cat",
        "blur",
        3,
        128,
        192,
    )
    assert (asked.guidance_scale, asked.sampler, asked.seed, asked.count, asked.strength) == (4, "ddim", 9, 2, 0.6)
    assert asked.init_image == Path("under.png").read_bytes()
    assert files_in(machine) == ["under.png", "x-1.png", "x-2.png"]


def test_a_size_of_one_number_is_a_square(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--size", "64", "--out", "a.png") == 0
    assert (engine.orders[0].request.width, engine.orders[0].request.height) == (64, 64)


def test_without_out_a_picture_gets_a_name_nobody_has(engine: FakeEngine, machine: Path) -> None:
    for _ in range(2):
        assert ended_with("paint", "A Cat, at sea!", "--seed", "7") == 0
    assert files_in(machine) == ["a-cat-at-sea-7-2.png", "a-cat-at-sea-7.png"]


def test_an_ending_is_added_where_there_is_none(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--out", "cat") == 0
    assert files_in(machine) == ["cat.png"]


def test_zoom_makes_a_larger_file_of_the_same_picture(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--zoom", "4", "--out", "a.png") == 0
    with Image.open("a.png") as image:
        assert image.size == (512, 512)
        assert image.info["parameters"].startswith("cat")
    assert painted_in(Path("a.png").read_bytes()).request.width == 128


def test_what_the_encoder_did_not_read_is_told(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    engine.cut = "and a very long tail"
    assert ended_with("paint", "cat", "--out", "a.png") == 0
    assert capsys.readouterr().err == "Past the text encoder's limit, and not read: and a very long tail\n"


def test_a_picture_is_painted_again_from_what_it_says(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    words = "--style sks --weight 0.5 --seed 7 --steps 3 --size 64 --negative blur --sampler ddim --out a.png"
    assert ended_with("paint", "cat", *words.split()) == 0
    assert ended_with("paint", "--like", "a.png", "--out", "b.png") == 0
    assert painted_in(Path("a.png").read_bytes()) == painted_in(Path("b.png").read_bytes())
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert capsys.readouterr().err == ""


def test_a_webp_of_a_picture_serves_as_well(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "кот 🐈", "--style", "sks", "--seed", "7", "--size", "64", "--out", "a.png") == 0
    with Image.open("a.png") as image:
        image.save("a.webp", exif=exif_of(Path("a.png").read_bytes()))
    assert ended_with("paint", "--like", "a.webp", "--out", "b.png") == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert ended_with("paint", "--upscale", "a.webp", "--out", "c.png") == 0
    assert engine.orders[-1].request.init_image == Path("a.webp").read_bytes()


def test_what_is_given_goes_over_what_a_picture_says(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--style", "sks", "--seed", "7", "--out", "a.png") == 0
    assert ended_with("paint", "dog", "--like", "a.png", "--weight", "0.3", "--steps", "9", "--out", "b.png") == 0
    request = painted_in(Path("b.png").read_bytes()).request
    assert (request.prompt, request.seed, request.steps, request.adapters[0].weight) == ("dog", 7, 9, 0.3)
    assert request.adapters[0].trigger == "in sks style"
    assert ended_with("paint", "--like", "a.png", "--style", "neon", "--out", "c.png") == 0
    assert [use.trigger for use in painted_in(Path("c.png").read_bytes()).request.adapters] == ["in neon style"]


def test_another_base_than_the_pictures_is_told(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    assert ended_with("paint", "cat", "--out", "a.png") == 0
    engine.fingerprint = "f" * 64
    assert ended_with("paint", "--like", "a.png", "--out", "b.png") == 0
    told = capsys.readouterr().err
    assert "painted on pocket (0123456789ab), and the engine has pocket (ffffffffffff)" in told


def test_a_picture_over_another_needs_that_other(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    Image.new("RGB", (8, 8)).save("under.png")
    Image.new("RGB", (8, 9)).save("other.png")
    assert ended_with("paint", "cat", "--image", "under.png", "--out", "a.png") == 0
    assert "name that with --image" in error_of(capsys, "--like", "a.png", "--out", "b.png")
    assert ended_with("paint", "--like", "a.png", "--image", "under.png", "--out", "b.png") == 0
    assert capsys.readouterr().err == ""
    assert ended_with("paint", "--like", "a.png", "--image", "other.png", "--out", "b.png") == 0
    assert "not the one the recorded picture was painted over" in capsys.readouterr().err


def test_a_file_goes_as_if_it_were_a_style(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    Path("mine.safetensors").write_bytes(tiny_adapter(99))
    words = "--style sks --adapter mine.safetensors --trigger mywords --weight 1 --weight 0.7 --out a.png"
    assert ended_with("paint", "cat", *words.split()) == 0
    sks, mine = engine.orders[-1].request.adapters
    assert (sks.trigger, sks.weight, mine.trigger, mine.weight) == ("in sks style", 1.0, "mywords", 0.7)
    assert mine.sha256 == hashlib.sha256(tiny_adapter(99)).hexdigest()
    assert painted_in(Path("a.png").read_bytes()).styles == ("sks", "mine")
    engine.adapters.clear()
    assert "name its file with --adapter" in error_of(capsys, "--like", "a.png", "--out", "b.png")
    assert ended_with("paint", "--like", "a.png", "--adapter", "mine.safetensors", "--out", "b.png") == 0
    assert painted_in(Path("b.png").read_bytes()) == painted_in(Path("a.png").read_bytes())


def test_a_picture_is_painted_again_at_twice_its_size_over_itself(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--style", "sks", "--seed", "5", "--size", "64x96", "--out", "a.png") == 0
    small = engine.orders[-1].request
    assert ended_with("paint", "--upscale", "a.png", "--out", "b.png") == 0
    large = engine.orders[-1].request
    assert (large.width, large.height, large.strength) == (128, 192, 0.35)
    assert large.init_image == Path("a.png").read_bytes()
    assert (large.prompt, large.seed, large.adapters) == (small.prompt, small.seed, small.adapters)
    assert ended_with("paint", "--upscale", "b.png", "--strength", "0.5", "--out", "c.png") == 0
    assert (engine.orders[-1].request.width, engine.orders[-1].request.strength) == (256, 0.5)


def test_an_accelerators_preset_sets_what_is_not_given(engine: FakeEngine, machine: Path) -> None:
    assert ended_with("paint", "cat", "--preset", "dmd2", "--steps", "5", "--out", "a.png") == 0
    asked = engine.orders[-1].request
    assert (asked.sampler, asked.steps, asked.guidance_scale) == ("lcm_trailing", 5, 1.0)


def test_a_style_that_is_an_accelerator_brings_its_preset(engine: FakeEngine, machine: Path) -> None:
    write_styles(machine.parent / "embedded", "fast", "neon", preset="hyper")
    assert ended_with("paint", "cat", "--style", "fast", "--guidance", "1.5", "--out", "a.png") == 0
    asked = engine.orders[-1].request
    assert (asked.sampler, asked.steps, asked.guidance_scale) == ("ddim_trailing", 8, 1.5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("cat --style skz", "There is no style 'skz'. Did you mean sks?"),
        ("cat --style sks --style SKS", "The style sks is asked for twice"),
        ("cat --weight 0.5", "--weight is there 1 times, for 0 styles."),
        ("cat --style sks --weight 9", "weight of an adapter must be a number from -4 to 4, not 9.0."),
        ("cat --size 100", "width must be a multiple of 8 from 64 to 2048, not 100."),
        ("cat --size big", "size must be WIDTHxHEIGHT in pixels"),
        ("cat --steps 0", "steps must be a whole number from 1 to 150, not 0."),
        ("cat --sampler magic", "sampler must be one of euler"),
        ("cat --count 99", "count must be a whole number from 1 to 16"),
        ("cat --strength 0.5", "there is none"),
        ("cat --image none.png", "'none.png' cannot be read: No such file"),
        ("cat --image text.png", "image must be the bytes of a PNG, JPEG or WebP"),
        ("cat --out none/a.png", "There is no folder"),
        ("cat --out a.jpg", "has the ending of another"),
        ("cat --out folder", "is a folder"),
        ("cat --trigger words", "--trigger goes with --adapter"),
        ("cat --adapter none.safetensors", "cannot be read: No such file"),
        ("cat --adapter text.png", "This adapter file cannot be used"),
        ("", "Say what to paint"),
        ("--like none.png", "cannot be read"),
        ("--upscale bare.png", "does not say how it was painted"),
        ("--upscale a.png --like a.png", "leave --like out"),
        ("cat --preset warp", "preset must be one of lcm, hyper, hyper-cfg, lightning, dmd2"),
        ("--like text.png", "This is not a PNG file."),
        ("--like bare.png", "does not say how it was painted"),
    ],
)
def test_a_wish_that_cannot_be_is_a_sentence_before_any_engine(
    words: str, said: str, machine: Path, capsys: Capture
) -> None:
    Path("text.png").write_text("this is no picture at all, only words")
    Image.new("RGB", (8, 8)).save("bare.png")
    Path("folder").mkdir()
    told = error_of(capsys, *words.split())
    assert told.startswith("styleseal: ")
    assert said in told
    assert files_in(machine) == ["bare.png", "folder", "text.png"]


def test_a_prompt_of_ten_thousand_characters_is_refused(machine: Path, capsys: Capture) -> None:
    assert "prompt must be at most 6000 characters long" in error_of(capsys, "x" * 10_000)
    assert "prompt must not be empty" in error_of(capsys, " ")


def test_a_failure_leaves_the_old_file_and_nothing_else(engine: FakeEngine, machine: Path, capsys: Capture) -> None:
    Path("a.png").write_bytes(b"old")
    engine.fails = NotFinite("The numbers ran away.")
    assert error_of(capsys, "cat", "--out", "a.png", code=1) == "styleseal: The numbers ran away.\n"
    assert (files_in(machine), Path("a.png").read_bytes()) == (["a.png"], b"old")


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    engine: FakeEngine, machine: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    Path("a.png").write_bytes(b"old")
    monkeypatch.setattr(save_module.os, "fsync", full)
    assert "a.png could not be written: No space left on device." in error_of(capsys, "cat", "--out", "a.png", code=1)
    assert (files_in(machine), Path("a.png").read_bytes()) == (["a.png"], b"old")


def test_without_an_engine_one_is_started_and_stopped(
    machine: Path, fake_child: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(machine.parent / "data"))
    (machine.parent / "data").mkdir()
    fake_child(loads_in=0.3)
    assert ended_with("paint", "cat", "--style", "sks", "--out", "a.png") == 0
    assert files_in(machine) == ["a.png"]
    assert files_in(machine.parent / "data") == []


def test_an_engine_that_dies_midway_is_a_sentence(
    machine: Path, fake_child: Callable[..., None], capsys: Capture
) -> None:
    fake_child(dies_at_step=2, pause=0.05)
    told = error_of(capsys, "cat", "--out", "a.png", code=1)
    assert told.startswith("styleseal: The engine stopped")
    assert "ended with exit code 9: Killed by the test." in told
    assert files_in(machine) == []


def test_an_engine_on_another_machine_must_answer(
    machine: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLESEAL_LISTEN", "tcp:engine.invalid:8420")
    monkeypatch.setenv("STYLESEAL_TOKEN", "a-long-token")
    assert "No engine answers at tcp:engine.invalid:8420." in error_of(capsys, "cat", code=1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_takes_the_picture_back_and_exits_with_130(
    how: signal.Signals, engine: FakeEngine, machine: Path
) -> None:
    engine.pause = 0.1
    command = [sys.executable, "-m", "cli", "paint", "cat", "--steps", "150", "--out", "a.png"]
    with subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.PIPE, text=True) as child:
        end = time.monotonic() + 30
        while not engine.orders and time.monotonic() < end:
            time.sleep(0.05)
        child.send_signal(how)
        _, told = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in told
    while not engine.cancelled.is_set() and time.monotonic() < end:
        time.sleep(0.05)
    assert engine.cancelled.is_set()
    assert files_in(machine) == []
