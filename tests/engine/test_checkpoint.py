"""Single-file checkpoints: the weights arrive whole, and what the file says of its schedule is heard."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from engine.base import Base
from engine.checkpoint import load_checkpoint, schedule_of
from engine.loading import load_base
from engine.settings import EngineSettings
from protocol.errors import BaseMissing
from tests.engine import tiny
from tests.engine.original_layout import original, write_checkpoint

Pipeline = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


def checkpoint(folder: Path, pipeline: Pipeline, *markers: str, **options: Any) -> Path:
    """The file, with the folder of settings beside it and no weights in that."""
    pipe = pipeline()
    pipe.save_pretrained(folder / "tiny")
    for weights in (folder / "tiny").rglob("*.safetensors"):
        weights.unlink()
    return write_checkpoint(pipe, folder / "tiny.safetensors", *markers, **options)


def load(path: Path, **settings: Any) -> Base:
    return load_base(EngineSettings(base=str(path), data=path.parent, **settings), lambda _: None)


def refusal(path: Path, **settings: Any) -> str:
    with pytest.raises(BaseMissing) as caught:
        load(path, **settings)
    return caught.value.sentence


def damage(path: Path, *, drop: str) -> None:
    weights = load_file(path)
    save_file({key: tensor for key, tensor in weights.items() if not key.startswith(drop)}, path)


@pytest.mark.parametrize("pipeline", [tiny.sd_pipeline, tiny.sd2_pipeline, tiny.sdxl_pipeline])
def test_every_weight_of_a_checkpoint_is_that_of_the_folder_it_was_made_of(pipeline: Pipeline, tmp_path: Path) -> None:
    path = checkpoint(tmp_path, pipeline)
    folder = tiny.build(pipeline, tmp_path / "whole")
    torch.manual_seed(0)
    write_checkpoint(pipeline(), path)
    from_file, from_folder = load(path).pipe, load(folder).pipe
    assert type(from_file) is type(from_folder)
    for name, part in from_folder.components.items():
        if isinstance(part, nn.Module):
            ours, theirs = getattr(from_file, name).state_dict(), part.state_dict()
            assert ours.keys() == theirs.keys()
            assert all(torch.equal(ours[key], theirs[key]) for key in theirs), name
    assert from_file.scheduler.config.prediction_type == from_folder.scheduler.config.prediction_type


def test_a_checkpoint_loads_in_half_precision(tmp_path: Path) -> None:
    pipe = load_checkpoint(checkpoint(tmp_path, tiny.sd_pipeline), torch.float16)
    assert {pipe.unet.dtype, pipe.vae.dtype, pipe.text_encoder.dtype} == {torch.float16}


def test_the_marker_keys_of_a_file_set_its_schedule(tmp_path: Path) -> None:
    config = load(checkpoint(tmp_path, tiny.sdxl_pipeline, "v_pred", "ztsnr")).pipe.scheduler.config
    assert config.prediction_type == "v_prediction"
    assert config.rescale_betas_zero_snr is True
    assert config.timestep_spacing == "trailing"


def test_a_setting_goes_over_what_the_file_says(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline, "v_pred", "ztsnr")
    config = load(path, prediction_type="epsilon", zero_snr=False).pipe.scheduler.config
    assert config.prediction_type == "epsilon"
    assert config.rescale_betas_zero_snr is False


def test_noise_prediction_at_zero_snr_is_refused_with_both_ways_out(tmp_path: Path) -> None:
    told = refusal(checkpoint(tmp_path, tiny.sd_pipeline, "ztsnr"))
    assert "STYLESEAL_PREDICTION_TYPE=v_prediction" in told
    assert "STYLESEAL_ZERO_SNR=false" in told


@pytest.mark.parametrize(
    ("keys", "said", "schedule"),
    [
        (set(), {}, {}),
        ({"v_pred"}, {}, {"prediction_type": "v_prediction"}),
        (set(), {"modelspec.prediction_type": "v"}, {"prediction_type": "v_prediction"}),
        (set(), {"modelspec.prediction_type": "Epsilon"}, {"prediction_type": "epsilon"}),
        ({"ztsnr"}, {}, {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}),
    ],
)
def test_keys_and_metadata_say_how_a_checkpoint_predicts(
    keys: set[str], said: dict[str, str], schedule: dict[str, Any]
) -> None:
    assert schedule_of(keys, said) == schedule


@pytest.mark.parametrize(
    ("drop", "told"),
    [
        ("model.diffusion_model.middle_block.1", "lacks weights of the UNet or the autoencoder"),
        ("first_stage_model.decoder.conv_out", "lacks weights of the UNet or the autoencoder"),
        ("first_stage_model", "Failed to load AutoencoderKL"),
        ("cond_stage_model.transformer.text_model.encoder.layers.1", "of the weights of the text encoder"),
        ("cond_stage_model", "cannot be loaded"),
        ("model.diffusion_model.input_blocks.0.0", "is no Stable Diffusion checkpoint"),
    ],
)
def test_a_checkpoint_with_weights_missing_is_refused_not_filled_with_noise(
    drop: str, told: str, tmp_path: Path
) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline)
    damage(path, drop=drop)
    assert told in refusal(path)


def test_a_checkpoint_without_an_encoder_of_sdxl_is_refused(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sdxl_pipeline)
    damage(path, drop="conditioner.embedders.1.model.text_projection")
    assert "of the weights of the text encoder 2, text_projection.weight" in refusal(path)


def test_settings_of_another_model_beside_the_file_are_refused(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline)
    shutil.rmtree(tmp_path / "tiny")
    tiny.build(tiny.sdxl_pipeline, tmp_path / "tiny")
    assert str(path) in refusal(path)


def test_settings_that_cannot_be_had_are_named_with_the_folder_to_put_them_in(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline)
    shutil.rmtree(tmp_path / "tiny")
    told = refusal(path)
    assert "stable-diffusion-v1-5/stable-diffusion-v1-5" in told
    assert str(tmp_path / "tiny") in told


def test_a_part_missing_beside_the_file_is_named(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline)
    shutil.rmtree(tmp_path / "tiny" / "tokenizer")
    assert "tokenizer" in refusal(path)


def test_the_refiner_an_adapter_and_noise_are_told_apart_from_a_base(tmp_path: Path) -> None:
    weights = original(tiny.sdxl_pipeline())
    refiner = {key.replace("embedders.1", "embedders.0"): t for key, t in weights.items() if "embedders.0" not in key}
    save_file({key: tensor.contiguous() for key, tensor in refiner.items()}, tmp_path / "refiner.safetensors")
    assert "refiner" in refusal(tmp_path / "refiner.safetensors")
    save_file({"lora_unet_x.lora_down.weight": torch.ones(4, 4)}, tmp_path / "lora.safetensors")
    assert "an adapter is no base" in refusal(tmp_path / "lora.safetensors")
    (tmp_path / "noise.safetensors").write_bytes(b"\xff" * 100)
    assert "cannot be loaded" in refusal(tmp_path / "noise.safetensors")


def test_a_checkpoint_cut_short_is_refused(tmp_path: Path) -> None:
    path = checkpoint(tmp_path, tiny.sd_pipeline)
    path.write_bytes(path.read_bytes()[:-1000])
    assert "cannot be loaded" in refusal(path)
