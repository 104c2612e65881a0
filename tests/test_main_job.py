"""What a newcomer does: paints with the base and the styles that come along, on a machine with nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from engine.samplers import build_sampler
from pocket.location import ADAPTERS, BASE
from protocol.parameters import painted_in


def styleseal(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in a folder, with a data folder of its own and no network to ask."""
    own = {"STYLESEAL_DATA": str(folder / "data"), "HF_HUB_OFFLINE": "1", "TMPDIR": str(folder)}
    environment = os.environ | own | {"OMP_NUM_THREADS": "1"}  # equal threads, for equal bits
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def plainly(prompt: str, seed: int, style: str) -> np.ndarray:
    """The same with diffusers alone, as the base's own hints have it."""
    torch.set_num_threads(1)
    pipe = StableDiffusionPipeline.from_pretrained(BASE, safety_checker=None, local_files_only=True)
    pipe.scheduler = build_sampler("dpmpp_2m", pipe.scheduler)
    pipe.load_lora_weights(ADAPTERS, weight_name=f"{style}.safetensors")
    generator = torch.Generator().manual_seed(seed)
    call = {"num_inference_steps": 6, "guidance_scale": 4.0, "width": 128, "height": 128, "generator": generator}
    return np.asarray(pipe(prompt, **call).images[0])


@pytest.fixture(scope="module")
def astronaut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("main-job")
    done = styleseal(
        folder, "paint", "astronaut", "--style", "sks", "--seed", "7", "--steps", "6", "--out", "astronaut.png"
    )
    assert done.returncode == 0, done.stderr
    assert "astronaut.png" in done.stdout
    assert "seed 7" in done.stdout
    return folder / "astronaut.png"


def test_an_astronaut_in_a_sealed_style_is_what_plain_diffusers_paints(astronaut: Path) -> None:
    record = painted_in(astronaut.read_bytes())
    assert record.prompt_used == "astronaut, in sks style"
    assert (record.request.seed, record.base_name, record.styles) == (7, "pocket", ("sks",))
    plain = plainly("astronaut, in sks style", 7, "sks")
    assert np.abs(pixels(astronaut).astype(int) - plain.astype(int)).max() <= 2


def test_painted_again_from_what_it_says_it_is_the_same_bit_for_bit(astronaut: Path) -> None:
    folder = astronaut.parent
    done = styleseal(folder, "paint", "--like", "astronaut.png", "--out", "again.png")
    assert done.returncode == 0, done.stderr
    assert np.array_equal(pixels(folder / "again.png"), pixels(astronaut))


def test_nothing_is_left_behind_but_the_picture_and_the_engines_adapters(astronaut: Path) -> None:
    left = sorted(path.name for path in astronaut.parent.iterdir() if path.suffix != ".png")
    assert left == ["data"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["astronaut", "--style", "skss"], "Did you mean sks"),
        (["astronaut", "--size", "65x65"], "width must be a multiple of 8"),
        (["astronaut", "--size", "4096"], "width must be a multiple of 8 from 64 to 2048"),
        (["astronaut", "--steps", "0"], "steps"),
        (["astronaut", "--steps", "100000"], "steps"),
        ([""], "prompt must not be empty"),
        (["x" * 10_000], "at most 6000 characters"),
        (["astronaut", "--adapter", "broken.safetensors"], "adapter|file"),
    ],
)
def test_what_cannot_be_painted_is_one_sentence_and_exit_code_2(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "broken.safetensors").write_bytes(b"\x20\0\0\0\0\0\0\0not a header at all, not at all")
    done = styleseal(tmp_path, "paint", *arguments, "--out", "x.png")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert any(part in done.stderr for part in sentence.split("|"))
    assert not (tmp_path / "x.png").exists()
