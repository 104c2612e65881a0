"""A base that is nowhere, not whole or of another kind is refused with what is wrong and what to do."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.engine import tiny
from tests.engine.bases import refusal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A base that a test may damage."""
    return tiny.build_sd(tmp_path / "tiny-v1.5")


@pytest.mark.parametrize("name", ["/nowhere/at/all", "./model", "nothing", "a/b/c", "~/none", "none.safetensors"])
def test_a_base_that_is_nowhere_is_told_what_there_could_be(name: str) -> None:
    told = refusal(name)
    assert told.startswith(f"There is no base at {name}.")
    assert "hub (owner/name)" in told


def test_a_folder_that_is_no_model_says_what_it_lacks(tmp_path: Path) -> None:
    assert "it has no model_index.json" in refusal(tmp_path)


@pytest.mark.parametrize("suffix", [".ckpt", ".pt", ".bin", ".zip"])
def test_files_that_could_run_code_are_never_opened(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"")
    assert "others can run code" in refusal(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "names no pipeline"),
        ('{"_class_name": ["own", "Pipeline"]}', "names no pipeline"),
        ('{"_class_name": "TomorrowsPipeline"}', "which diffusers"),
        ('{"_class_name": "AutoencoderKL"}', "cannot be loaded"),
        ('{"_class_name": "StableDiffusionPipeline"}', "cannot be loaded"),
    ],
)
def test_a_damaged_index_is_told(text: str, told: str, folder: Path) -> None:
    (folder / "model_index.json").write_text(text)
    assert told in refusal(folder)


@pytest.mark.parametrize("part", ["unet", "text_encoder", "vae"])
def test_a_model_that_is_missing_is_named(part: str, folder: Path) -> None:
    (folder / part).rename(folder / "elsewhere")
    assert f"{folder / part} is missing" in refusal(folder)


@pytest.mark.parametrize("part", ["tokenizer", "scheduler"])
def test_another_part_that_is_missing_is_refused(part: str, folder: Path) -> None:
    (folder / part).rename(folder / "elsewhere")
    assert str(folder) in refusal(folder)


@pytest.mark.parametrize(
    "path",
    ["unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"],
)
def test_weights_that_are_missing_are_named_not_filled_with_noise(path: str, folder: Path) -> None:
    weights = load_file(folder / path)
    lost = sorted(weights)[3]
    del weights[lost]
    save_file(weights, folder / path, {"format": "pt"})
    told = refusal(folder)
    assert "lacks 1 of its weights" in told
    assert lost.removeprefix("text_model.") in told


@pytest.mark.parametrize(
    "path",
    [
        "unet/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors",
        "vae/config.json",
        "scheduler/scheduler_config.json",
        "tokenizer/tokenizer.json",
    ],
)
def test_a_file_cut_short_is_refused(path: str, folder: Path) -> None:
    whole = (folder / path).read_bytes()
    (folder / path).write_bytes(whole[: len(whole) // 2])
    told = refusal(folder)
    assert str(folder) in told
    assert "Fetch it again, or set STYLESEAL_BASE to another." in told


def test_pickled_weights_are_refused(folder: Path) -> None:
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    torch.save(load_file(weights), weights.with_suffix(".bin"))
    weights.unlink()
    assert "cannot be loaded" in refusal(folder)


def test_a_base_for_inpainting_is_refused(tmp_path: Path) -> None:
    pipe = tiny.sd_pipeline()
    pipe.register_modules(unet=tiny.unet(in_channels=9))
    pipe.save_pretrained(tmp_path / "inpainting")
    assert "is for inpainting or editing" in refusal(tmp_path / "inpainting")
