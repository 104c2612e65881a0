"""A base has the same fingerprint wherever it lies, and another one when anything that it paints with differs."""

import shutil
from pathlib import Path

import pytest

from engine.fingerprint import deciding, fingerprint
from tests.engine import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.build_sd(tmp_path / "here")


def test_a_copy_elsewhere_has_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "there" / "under-another-name")
    assert fingerprint(folder) == fingerprint(tmp_path / "there" / "under-another-name")
    assert len(fingerprint(folder)) == 64


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "styleseal.json",
        ".cache/huggingface/download/x.json",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.non_ema.safetensors",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.safetensors.index.json",
        "safety_checker/model.safetensors",
        "whole-model.safetensors",
        "scheduler/notes.md",
    ],
)
def test_what_is_not_loaded_does_not_count(name: str, folder: Path) -> None:
    before = fingerprint(folder)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"anything")
    assert fingerprint(folder) == before


def test_everything_that_is_loaded_counts(folder: Path) -> None:
    before = fingerprint(folder)
    names = {path.relative_to(folder).as_posix() for path in deciding(folder)}
    assert {"model_index.json", "vae/config.json", "vae/diffusion_pytorch_model.safetensors"} <= names
    assert {"text_encoder/model.safetensors", "tokenizer/tokenizer.json", "scheduler/scheduler_config.json"} <= names
    for name in names:
        own = (folder / name).read_bytes()
        (folder / name).write_bytes(own + b" ")
        assert fingerprint(folder) != before, name
        (folder / name).write_bytes(own)
    assert fingerprint(folder) == before


def test_a_checkpoint_is_known_by_the_hash_that_others_know_it_by(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"abc")
    assert fingerprint(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_another_schedule_makes_another_base(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"abc")
    velocity, zero = {"prediction_type": "v_prediction"}, {"rescale_betas_zero_snr": True}
    known = [
        fingerprint(path),
        fingerprint(path, velocity),
        fingerprint(path, zero),
        fingerprint(path, zero | velocity),
    ]
    assert len(set(known)) == 4
    assert fingerprint(path, zero | velocity) == fingerprint(path, velocity | zero)
