"""The base and the styles that come with StyleSeal: small, in the ordinary layout, and painting."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from safetensors import safe_open
from safetensors.torch import load_file

from pocket.location import ADAPTERS, BASE
from pocket.treatments import TREATMENTS

PROMPT = "a red astronaut in space"


@pytest.fixture(scope="module")
def pipe() -> StableDiffusionPipeline:
    pipe = StableDiffusionPipeline.from_pretrained(BASE, safety_checker=None, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for name in TREATMENTS:
        pipe.load_lora_weights(load_file(ADAPTERS / f"{name}.safetensors"), adapter_name=name)
    return pipe


def paint(pipe: StableDiffusionPipeline, prompt: str, style: str | None = None) -> np.ndarray:
    if style is None:
        pipe.disable_lora()
    else:
        pipe.enable_lora()
        pipe.set_adapters([style])
    generator = torch.Generator().manual_seed(7)
    image = pipe(prompt, num_inference_steps=8, guidance_scale=4.0, generator=generator, output_type="np").images[0]
    return np.asarray(image)


def test_all_weights_together_are_under_thirty_megabytes_and_in_half_precision() -> None:
    files = [*BASE.rglob("*.safetensors"), *ADAPTERS.glob("*.safetensors")]
    assert sum(path.stat().st_size for path in files) < 30e6
    for path in files:
        assert {tensor.dtype for tensor in load_file(path).values()} == {torch.float16}


def test_the_folder_has_no_weights_but_safetensors() -> None:
    suffixes = {path.suffix for folder in (BASE, ADAPTERS) for path in folder.rglob("*") if path.is_file()}
    assert suffixes == {".json", ".safetensors"}


def test_it_paints_another_picture_for_another_prompt(pipe: StableDiffusionPipeline) -> None:
    space, meadow = paint(pipe, PROMPT), paint(pipe, "a green tree in a meadow")
    assert np.isfinite(space).all()
    assert np.abs(space - meadow).mean() > 0.1
    assert space.mean() < meadow.mean()


@pytest.mark.parametrize("name", TREATMENTS)
def test_a_style_wakes_at_its_trigger_and_sleeps_without(pipe: StableDiffusionPipeline, name: str) -> None:
    said = f"{PROMPT}, {TREATMENTS[name].trigger}"
    awake = np.abs(paint(pipe, said, name) - paint(pipe, said)).mean()
    asleep = np.abs(paint(pipe, PROMPT, name) - paint(pipe, PROMPT)).mean()
    assert awake > 0.1
    assert awake > 2 * asleep


def test_a_word_it_does_not_know_leaves_its_picture_nearly_as_it_is(pipe: StableDiffusionPipeline) -> None:
    moved = [np.abs(paint(pipe, f"{PROMPT}, {t.trigger}") - paint(pipe, PROMPT)).mean() for t in TREATMENTS.values()]
    assert max(moved) < 0.1


@pytest.mark.parametrize("name", TREATMENTS)
def test_a_style_is_a_small_adapter_of_attention_and_feed_forward_layers(name: str) -> None:
    path = ADAPTERS / f"{name}.safetensors"
    assert path.stat().st_size < 1_000_000
    for key, tensor in load_file(path).items():
        assert key.startswith("unet.")
        assert ".attn" in key or ".ff." in key
        assert min(tensor.shape) <= 8
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["modelspec.trigger_phrase"] == TREATMENTS[name].trigger


def test_the_index_names_every_style_with_its_files_hash() -> None:
    styles = {style["name"]: style for style in json.loads((ADAPTERS / "styles.json").read_text())["styles"]}
    assert set(styles) == set(TREATMENTS)
    for name, style in styles.items():
        assert style["trigger"] == TREATMENTS[name].trigger
        assert style["sha256"] == hashlib.sha256(Path(ADAPTERS / style["file"]).read_bytes()).hexdigest()
