"""Bases are found, loaded whole or refused with what to do, and known by their bytes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.base import Base
from engine.loading import load_base
from engine.settings import EngineSettings
from protocol.errors import BaseMissing
from tests.engine import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A base that a test may damage."""
    return tiny.build_sd(tmp_path / "tiny-v1.5")


def load(base: Path | str, say: Callable[[str], None] = lambda _: None, **settings: Any) -> Base:
    return load_base(EngineSettings(base=str(base), **settings), say)


def refusal(base: Path | str, **settings: Any) -> str:
    with pytest.raises(BaseMissing) as caught:
        load(base, **settings)
    return caught.value.sentence


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


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
    folder = tiny.build_flux(tmp_path / "flux")
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


def test_a_base_published_in_half_precision_alone_loads(folder: Path) -> None:
    plain = load(folder)
    for path in folder.rglob("*.safetensors"):
        path.rename(path.with_suffix(".fp16.safetensors"))
    assert torch.equal(load(folder).pipe.unet.conv_in.weight, plain.pipe.unet.conv_in.weight)


def test_a_base_for_inpainting_is_refused(tmp_path: Path) -> None:
    pipe = tiny.sd_pipeline()
    pipe.register_modules(unet=tiny.unet(in_channels=9))
    pipe.save_pretrained(tmp_path / "inpainting")
    assert "is for inpainting or editing" in refusal(tmp_path / "inpainting")


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
    folder = tiny.build_sd3(tmp_path / "flow")
    (folder / "styleseal.json").write_text('{"sampler": "dpmpp_2m"}')
    assert "this base is painted with euler" in refusal(folder)


def test_the_operator_goes_over_the_bases_schedule_and_makes_it_another_base(folder: Path) -> None:
    edit(folder / "model_index.json", scheduler=["diffusers", "PNDMScheduler"])  # it has no setting for zero SNR
    plain, changed = load(folder), load(folder, prediction_type="v_prediction", zero_snr=True)
    config = changed.pipe.scheduler.config
    assert (config.prediction_type, config.rescale_betas_zero_snr) == ("v_prediction", True)
    assert config.timestep_spacing == "trailing"
    assert plain.fingerprint != changed.fingerprint


def test_noise_prediction_at_zero_snr_is_refused(folder: Path) -> None:
    assert "STYLESEAL_ZERO_SNR=false" in refusal(folder, zero_snr=True)


def test_a_flow_matching_base_has_no_prediction_type(tmp_path: Path) -> None:
    folder = tiny.build_sd3(tmp_path / "flow")
    assert "are for Stable Diffusion" in refusal(folder, prediction_type="epsilon")


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_hub")
def test_a_model_on_a_hub_out_of_reach_says_how_to_bring_it_here() -> None:
    told: list[str] = []
    with pytest.raises(BaseMissing, match=r"hf download some/model\) and set STYLESEAL_BASE to its folder"):
        load("some/model", told.append)
    assert told == ["Fetching some/model from the hub; the first time this takes minutes."]


@pytest.mark.usefixtures("no_hub")
def test_a_name_that_no_model_can_have_is_told() -> None:
    assert "neither a path that exists nor the id of a model" in refusal("some/--model")


def test_a_hub_that_refuses_connections_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    assert "the hub cannot be reached" in refusal("some/model")


@pytest.mark.usefixtures("no_hub")
def test_a_model_of_the_hub_that_is_here_already_needs_no_network(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "cache" / "models--some--model"
    tiny.build_sd(cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    assert load("some/model").name == "some/model"
