"""Bases are loaded quietly and whole, with the schedule and the defaults that their files and the operator say."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.engine import tiny, tiny_transformers
from tests.engine.bases import edit, load, refusal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A base that a test may damage."""
    return tiny.build_sd(tmp_path / "tiny-v1.5")


def test_loading_is_told_a_sentence_at_a_time(folder: Path) -> None:
    told: list[str] = []
    load(folder, told.append, device="cpu")
    assert told == [
        "Loading tiny-v1.5 in fp32 for cpu.",
        "Loading the base's text encoder.",
        "Loading the base's unet.",
        "Loading the base's vae.",
        "Reading the base's fingerprint.",
    ]


def test_loading_draws_no_bars_and_warns_of_nothing(folder: Path) -> None:
    """In a process of its own, since what a library says at its import it says once."""
    script = (
        "from engine.loading import load_base\nfrom engine.settings import EngineSettings\n"
        f"load_base(EngineSettings(base={str(folder)!r}), print)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_base_is_called_by_its_folder_and_has_the_size_it_was_trained_on(folder: Path) -> None:
    base = load(folder)
    assert (base.name, base.family) == ("tiny-v1.5", "sd")
    assert (base.defaults.width, base.defaults.height, base.defaults.sampler) == (64, 64, "dpmpp_2m_karras")


def test_a_base_is_painted_no_larger_than_the_engine_takes(tmp_path: Path) -> None:
    folder = tiny_transformers.build_flux(tmp_path / "flux")
    assert load(folder).defaults.width == 1024
    defaults = load(folder, max_pixels=300 * 300).defaults
    assert (defaults.width, defaults.height) == (288, 288)


def test_the_pocket_base_is_one_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.loading.POCKET", folder)
    assert load("pocket").name == "pocket"
    monkeypatch.setattr("engine.loading.POCKET", folder / "gone")
    assert "install StyleSeal again" in refusal("pocket")


@pytest.mark.parametrize("checker", [["stable_diffusion", "StableDiffusionSafetyChecker"], [None, None], None])
def test_a_base_loads_without_its_safety_checker_whatever_its_index_says(checker: Any, folder: Path) -> None:
    index = folder / "model_index.json"
    edit(index, safety_checker=checker, requires_safety_checker=True)
    if checker is None:
        whole = json.loads(index.read_text())
        del whole["safety_checker"], whole["requires_safety_checker"], whole["feature_extractor"]
        index.write_text(json.dumps(whole))
    assert load(folder).pipe.safety_checker is None


def test_the_weights_of_a_loaded_base_take_no_gradients(folder: Path) -> None:
    assert not any(weight.requires_grad for _, part in load(folder).targets() for weight in part.parameters())


@pytest.mark.parametrize("dtype", ["fp16", "bf16"])
def test_half_precision_can_be_asked_for_on_a_cpu(dtype: str, folder: Path) -> None:
    base = load(folder, device="cpu", dtype=dtype)
    pixels = base.pipe("a cat", num_inference_steps=2, output_type="np", width=64, height=64).images
    assert base.placement.dtype_name == dtype
    assert torch.from_numpy(pixels).isfinite().all()


def test_a_base_published_in_half_precision_alone_loads(folder: Path) -> None:
    plain = load(folder)
    for path in folder.rglob("*.safetensors"):
        path.rename(path.with_suffix(".fp16.safetensors"))
    assert torch.equal(load(folder).pipe.unet.conv_in.weight, plain.pipe.unet.conv_in.weight)


def test_hints_beside_the_base_go_over_the_familys_habits(folder: Path) -> None:
    (folder / "styleseal.json").write_text('{"steps": 12, "sampler": "ddim", "width": 128}')
    defaults = load(folder).defaults
    assert (defaults.steps, defaults.sampler, defaults.width, defaults.height) == (12, "ddim", 128, 64)


@pytest.mark.parametrize(
    ("hints", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"step": 12}', "must be a JSON object with none but the keys width, height, steps"),
        ('{"steps": null}', "must be a JSON object"),
        ('{"steps": 0}', "steps must be"),
        ('{"sampler": "ddpm"}', "sampler must be"),
        ('{"width": "big"}', "width must be"),
    ],
)
def test_hints_that_cannot_be_used_are_told(hints: str, told: str, folder: Path) -> None:
    (folder / "styleseal.json").write_text(hints)
    sentence = refusal(folder)
    assert told in sentence
    assert "styleseal.json" in sentence


def test_a_hint_the_base_cannot_follow_is_told(tmp_path: Path) -> None:
    folder = tiny_transformers.build_sd3(tmp_path / "flow")
    (folder / "styleseal.json").write_text('{"sampler": "dpmpp_2m"}')
    assert "this base is painted with euler" in refusal(folder)


def test_the_operator_goes_over_the_bases_schedule_and_makes_it_another_base(folder: Path) -> None:
    edit(folder / "model_index.json", scheduler=["diffusers", "PNDMScheduler"])  # it has no setting for zero SNR
    plain, changed = load(folder), load(folder, prediction_type="v_prediction", zero_snr=True)
    config = changed.pipe.scheduler.config
    assert (config.prediction_type, config.rescale_betas_zero_snr) == ("v_prediction", True)
    assert config.timestep_spacing == "trailing"
    assert plain.fingerprint != changed.fingerprint


def test_another_autoencoder_takes_the_place_of_the_bases_own_and_makes_it_another_base(
    folder: Path, tmp_path: Path
) -> None:
    plain = load(folder)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        tiny.autoencoder(force_upcast=False).save_pretrained(tmp_path / "vae")
    changed = load(folder, vae=str(tmp_path / "vae"))
    assert changed.pipe.vae.config.force_upcast is False
    assert not torch.equal(changed.pipe.vae.decoder.conv_in.weight, plain.pipe.vae.decoder.conv_in.weight)
    assert changed.fingerprint != plain.fingerprint
    assert not any(parameter.requires_grad for parameter in changed.pipe.vae.parameters())


def test_an_autoencoder_that_does_not_fit_is_told(folder: Path, tmp_path: Path) -> None:
    assert "STYLESEAL_VAE" in refusal(folder, vae=str(tmp_path / "nothing"))
    tiny.autoencoder(8).save_pretrained(tmp_path / "vae")
    assert "8 latent channels" in refusal(folder, vae=str(tmp_path / "vae"))


def test_noise_prediction_at_zero_snr_is_refused(folder: Path) -> None:
    assert "STYLESEAL_ZERO_SNR=false" in refusal(folder, zero_snr=True)


def test_a_flow_matching_base_has_no_prediction_type(tmp_path: Path) -> None:
    folder = tiny_transformers.build_sd3(tmp_path / "flow")
    assert "are for Stable Diffusion" in refusal(folder, prediction_type="epsilon")
