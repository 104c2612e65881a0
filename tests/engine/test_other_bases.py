"""Bases other than SD 1.x in the pipeline lane: they too paint what diffusers paints, exactly."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.base import Base
from engine.loading import load_base
from engine.pipeline_lane import Picture, PipelineLane, Step
from engine.settings import EngineSettings
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from tests.engine import lora, tiny, tiny_transformers
from tests.engine.plain_diffusers import plainly

PROMPT = "a red astronaut in space"
PIPELINES = {
    "sd2": tiny.sd2_pipeline,
    "sdxl": tiny.sdxl_pipeline,
    "sd3": tiny_transformers.sd3_pipeline,
    "flux": tiny_transformers.flux_pipeline,
    "pixart": tiny_transformers.pixart_pipeline,
}
SIDES = {"pixart": 256}


@pytest.fixture(scope="module", params=PIPELINES)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Base, Path]:
    return loaded(request.param, tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> tuple[Base, Path]:
    return loaded("sdxl", tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> tuple[Base, Path]:
    return loaded("flux", tmp_path_factory.mktemp("bases"))


def loaded(name: str, folder: Path) -> tuple[Base, Path]:
    path = tiny.build(PIPELINES[name], folder / name)
    return load_base(EngineSettings(base=str(path), data=folder), lambda _: None), path


def request(base: Base, **fields: Any) -> ResolvedRequest:
    side = SIDES.get(base.name, 64)
    plain = {"prompt": PROMPT, "steps": 3, "guidance_scale": 3.0, "seed": 5, "width": side, "height": side}
    return PaintRequest(**(plain | fields)).with_defaults(base.defaults)


def painted(base: Base, wanted: ResolvedRequest, *adapters: Adapter, steps: list[Step] | None = None) -> Picture:
    heard: list[Step] = [] if steps is None else steps
    [picture] = PipelineLane(base).paint(wanted, adapters, 0 if steps is None else 2, heard.append)
    return picture


def same(one: Image.Image, other: Image.Image) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other))


def gradient() -> Image.Image:
    return Image.radial_gradient("L").convert("RGB")


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def kept(base: Base, folder: Path, ends: tuple[str, ...], strength: float = 0.3) -> Adapter:
    sha256 = lora.write(folder.parent, lora.weights(base, ends=ends, strength=strength))
    return read_adapter(folder.parent / f"{sha256}.safetensors", sha256, base)


def test_a_base_paints_what_diffusers_paints(other: tuple[Base, Path]) -> None:
    base, folder = other
    wanted = request(base)
    steps: list[Step] = []
    picture = painted(base, wanted, steps=steps)
    assert [step.step for step in steps] == [1, 2, 3]
    assert picture.image.size == (wanted.width, wanted.height)
    assert same(picture.image, plainly(folder, wanted))
    assert not same(picture.image, painted(base, request(base, prompt="a blue fish at sea")).image)


def test_a_base_paints_as_before_when_adapters_have_come_and_gone(other: tuple[Base, Path]) -> None:
    base, folder = other
    before = painted(base, request(base)).image
    adapter = kept(base, folder, lora.DENOISER)
    wanted = request(base, adapters=(AdapterUse(adapter.sha256, 0.8),))
    picture, plain = painted(base, wanted, adapter), plainly(folder, wanted)
    if base.name == "pixart":
        assert np.abs(np.asarray(picture.image, float) - np.asarray(plain, float)).max() <= 2
    else:
        assert same(picture.image, plain)
    assert not same(picture.image, before)
    assert same(painted(base, request(base)).image, before)


def test_an_init_image_is_painted_over_as_diffusers_does(other: tuple[Base, Path]) -> None:
    base, folder = other
    wanted = request(base, init_image=png(gradient()), strength=0.6, steps=5)
    if base.name == "pixart":
        with pytest.raises(InvalidRequest, match="cannot start from a picture"):
            painted(base, wanted)
        return
    steps: list[Step] = []
    picture = painted(base, wanted, steps=steps)
    assert [(step.step, step.steps) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    image = gradient().resize((wanted.width, wanted.height), Image.Resampling.LANCZOS)
    assert same(picture.image, plainly(folder, wanted, image=image, strength=0.6))


def test_previews_are_pictures_of_the_size_asked_for(other: tuple[Base, Path]) -> None:
    base, _ = other
    steps: list[Step] = []
    wanted = request(base, steps=5)
    painted(base, wanted, steps=steps)
    shown = [step.preview for step in steps if step.preview is not None]
    assert len(shown) == (0 if base.name == "flux" else 2)  # latents packed into a sequence have no colours yet
    assert all(preview.size == (wanted.width, wanted.height) for preview in shown)


def test_a_negative_prompt_is_passed_on_where_it_is_heard(other: tuple[Base, Path]) -> None:
    base, folder = other
    wanted = request(base, negative_prompt="a blue fish at sea")
    if base.name == "flux":
        with pytest.raises(InvalidRequest, match="takes no negative prompt") as caught:
            painted(base, wanted)
        assert caught.value.param == "negative_prompt"
        return
    picture = painted(base, wanted)
    assert same(picture.image, plainly(folder, wanted))
    assert not same(picture.image, painted(base, request(base)).image)


def test_no_negative_prompt_is_not_an_empty_one_on_sdxl(sdxl: tuple[Base, Path]) -> None:
    base, folder = sdxl
    none, empty = request(base), request(base, negative_prompt="")
    assert same(painted(base, none).image, plainly(folder, none))
    assert same(painted(base, empty).image, plainly(folder, empty))
    assert not same(painted(base, none).image, painted(base, empty).image)


def test_sdxls_own_setting_for_no_negative_prompt_is_kept(tmp_path: Path) -> None:
    pipe = tiny.sdxl_pipeline()
    pipe.register_to_config(force_zeros_for_empty_prompt=False)
    pipe.save_pretrained(tmp_path / "sdxl")
    base = load_base(EngineSettings(base=str(tmp_path / "sdxl"), data=tmp_path), lambda _: None)
    none = painted(base, request(base)).image
    assert same(none, plainly(tmp_path / "sdxl", request(base)))
    assert same(none, painted(base, request(base, negative_prompt="")).image)


def test_an_adapter_of_both_text_encoders_of_sdxl_paints_what_diffusers_paints(sdxl: tuple[Base, Path]) -> None:
    base, folder = sdxl
    adapter = kept(base, folder, (*lora.TEXT, *lora.DENOISER))
    assert set(adapter.components) == {"unet", "text_encoder", "text_encoder_2"}
    wanted = request(base, adapters=(AdapterUse(adapter.sha256, 0.9),))
    assert same(painted(base, wanted, adapter).image, plainly(folder, wanted))


def test_an_empty_negative_prompt_changes_nothing_where_none_is_heard(flux: tuple[Base, Path]) -> None:
    base, _ = flux
    assert same(painted(base, request(base)).image, painted(base, request(base, negative_prompt="")).image)


def test_a_long_prompt_is_read_as_far_as_the_longest_reading_encoder_reads(other: tuple[Base, Path]) -> None:
    base, _ = other
    limits = {"sd2": 77, "sdxl": 77, "sd3": 256, "flux": 512, "pixart": 300}
    words = " ".join(["cat"] * 600)
    assert len(words[: base.reader.read_until(words)].split()) == limits[base.name] - (
        2 if limits[base.name] == 77 else 1
    )
    steps: list[Step] = []
    assert painted(base, request(base, prompt=words, steps=1), steps=steps).composed.cut.startswith("cat")


def test_a_base_knows_its_own_defaults_and_the_sizes_it_takes(other: tuple[Base, Path]) -> None:
    base, _ = other
    expected = {
        "sd2": ("sd", 64, 25, 7.0, "dpmpp_2m_karras", 8),
        "sdxl": ("sdxl", 64, 25, 7.0, "dpmpp_2m_karras", 8),
        "sd3": ("StableDiffusion3Pipeline", 64, 28, 7.0, "euler", 16),
        "flux": ("FluxPipeline", 1024, 28, 3.5, "euler", 16),
        "pixart": ("PixArtSigmaPipeline", 256, 20, 4.5, "dpmpp_2m", 16),
    }
    own = base.defaults
    assert (base.family, own.width, own.steps, own.guidance_scale, own.sampler, base.size_multiple) == expected[
        base.name
    ]
