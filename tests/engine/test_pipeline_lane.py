"""The pipeline lane paints what plain diffusers with PEFT paints for the same request, exactly."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from PIL import Image

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.base import Base
from engine.pipeline_lane import Picture, PipelineLane, Step
from engine.samplers import DIFFUSION, build_sampler
from protocol.errors import InvalidRequest, NotFinite
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from tests.engine import lora

PROMPT = "a red astronaut in space"


@pytest.fixture(scope="module")
def lane(base: Base) -> PipelineLane:
    return PipelineLane(base)


@pytest.fixture(scope="module")
def shelf(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adapters")


def request(base: Base, **fields: Any) -> ResolvedRequest:
    plain = {"prompt": PROMPT, "steps": 4, "guidance_scale": 3.0, "seed": 5, "width": 64, "height": 64}
    return PaintRequest(**(plain | fields)).with_defaults(base.defaults)


def painted(
    lane: PipelineLane, wanted: ResolvedRequest, adapters: Sequence[Adapter] = (), steps: list[Step] | None = None
) -> list[Picture]:
    return list(
        lane.paint(wanted, adapters, 2 if steps is not None else 0, (steps if steps is not None else []).append)
    )


def plainly(folder: Path, wanted: ResolvedRequest, shelf: Path, prompt: str, seed: int) -> Image.Image:
    """The same request through diffusers' own calls, on a pipeline of its own."""
    kind = StableDiffusionImg2ImgPipeline if wanted.init_image else StableDiffusionPipeline
    pipe = kind.from_pretrained(folder, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = build_sampler(wanted.sampler, pipe.scheduler)
    for use in wanted.adapters:
        pipe.load_lora_weights(shelf, weight_name=f"{use.sha256}.safetensors", adapter_name=f"n{use.sha256[:8]}")
    if wanted.adapters:
        pipe.set_adapters([f"n{use.sha256[:8]}" for use in wanted.adapters], [use.weight for use in wanted.adapters])
    size: dict[str, Any] = {"width": wanted.width, "height": wanted.height}
    if wanted.init_image:
        image = Image.open(BytesIO(wanted.init_image)).convert("RGB")
        size = {
            "image": image.resize((wanted.width, wanted.height), Image.Resampling.LANCZOS),
            "strength": wanted.strength,
        }
    images = pipe(
        prompt,
        negative_prompt=wanted.negative_prompt,
        num_inference_steps=wanted.steps,
        guidance_scale=wanted.guidance_scale,
        generator=torch.Generator().manual_seed(seed),
        **size,
    ).images
    return images[0]  # type: ignore[no-any-return]


def same(one: Image.Image, other: Image.Image) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other))


def kept(base: Base, shelf: Path, **options: Any) -> Adapter:
    sha256 = lora.write(shelf, lora.weights(base, **options))
    return read_adapter(shelf / f"{sha256}.safetensors", sha256, base)


def as_uses(*adapters: tuple[Adapter, float]) -> tuple[AdapterUse, ...]:
    return tuple(AdapterUse(adapter.sha256, weight, f"in w{i} style") for i, (adapter, weight) in enumerate(adapters))


@pytest.mark.parametrize("sampler", DIFFUSION)
def test_every_sampler_paints_what_diffusers_paints(
    base: Base, base_folder: Path, lane: PipelineLane, shelf: Path, sampler: str
) -> None:
    adapter = kept(base, shelf)
    for uses, adapters in (((), []), (as_uses((adapter, 0.7)), [adapter])):
        wanted = request(base, sampler=sampler, adapters=uses, negative_prompt="blue")
        picture = painted(lane, wanted, adapters)[0]
        assert same(picture.image, plainly(base_folder, wanted, shelf, picture.composed.text, 5))


def test_two_blended_adapters_of_other_ranks_paint_what_diffusers_paints(
    base: Base, base_folder: Path, lane: PipelineLane, shelf: Path
) -> None:
    one, two = kept(base, shelf, rank=3, seed=1), kept(base, shelf, rank=8, seed=2, ends=("to_k", "ff.net.2"))
    wanted = request(base, adapters=as_uses((one, 0.8), (two, -0.5)))
    picture = painted(lane, wanted, [one, two])[0]
    assert picture.composed.text == f"{PROMPT}, in w0 style, in w1 style"
    assert same(picture.image, plainly(base_folder, wanted, shelf, picture.composed.text, 5))
    assert not same(picture.image, painted(lane, request(base, prompt=picture.composed.text))[0].image)


def test_an_adapter_of_the_text_encoder_paints_what_diffusers_paints(
    base: Base, base_folder: Path, lane: PipelineLane, shelf: Path
) -> None:
    adapter = kept(base, shelf, seed=3, ends=(*lora.TEXT, *lora.DENOISER))
    assert set(adapter.components) == {"unet", "text_encoder"}
    wanted = request(base, adapters=as_uses((adapter, 0.9)))
    picture = painted(lane, wanted, [adapter])[0]
    assert same(picture.image, plainly(base_folder, wanted, shelf, picture.composed.text, 5))
    without_text = replace(adapter, sha256="0" * 64, components={"unet": adapter.components["unet"]})
    assert not same(picture.image, painted(lane, wanted, [without_text])[0].image)


def test_an_init_image_is_painted_over_as_diffusers_does(
    base: Base, base_folder: Path, lane: PipelineLane, shelf: Path
) -> None:
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "PNG")
    wanted = request(base, init_image=out.getvalue(), strength=0.6, sampler="euler")
    steps: list[Step] = []
    picture = painted(lane, wanted, steps=steps)[0]
    assert [(step.step, step.steps) for step in steps] == [(1, 2), (2, 2)]
    assert same(picture.image, plainly(base_folder, wanted, shelf, PROMPT, 5))


def test_no_negative_prompt_and_no_guidance_paint_what_diffusers_paints(
    base: Base, base_folder: Path, lane: PipelineLane, shelf: Path
) -> None:
    for fields, batch in (({"negative_prompt": None}, "2x4x8x8"), ({"guidance_scale": 1.0}, "1x4x8x8")):
        wanted = request(base, **fields)
        picture = painted(lane, wanted)[0]
        assert picture.batch == batch
        assert same(picture.image, plainly(base_folder, wanted, shelf, PROMPT, 5))


def test_picture_i_of_a_request_is_the_one_its_seed_paints_alone(base: Base, lane: PipelineLane) -> None:
    together = painted(lane, request(base, count=3))
    alone = [painted(lane, request(base, seed=5 + i))[0] for i in range(3)]
    assert [same(a.image, b.image) for a, b in zip(together, alone, strict=True)] == [True] * 3
    assert not same(alone[0].image, alone[1].image)


def test_a_picture_without_adapters_is_the_same_before_and_after_any_traffic(
    base: Base, lane: PipelineLane, shelf: Path
) -> None:
    weights = {name: tensor.clone() for name, tensor in base.denoiser.state_dict().items() if "lora" not in name}
    before = painted(lane, request(base))[0].image
    for seed in range(12):  # more than stay resident
        adapter = kept(base, shelf, seed=100 + seed, ends=(*lora.TEXT, *lora.DENOISER))
        painted(lane, request(base, steps=1, adapters=as_uses((adapter, 1.0))), [adapter])
    assert same(painted(lane, request(base))[0].image, before)
    plain = {name.replace(".base_layer", ""): tensor for name, tensor in base.denoiser.state_dict().items()}
    assert all(torch.equal(plain[name.replace(".base_layer", "")], tensor) for name, tensor in weights.items())


def test_an_adapter_of_weight_zero_changes_nothing(base: Base, lane: PipelineLane, shelf: Path) -> None:
    adapter = kept(base, shelf, seed=7)
    wanted = request(base, adapters=(AdapterUse(adapter.sha256, 0.0, "in sks style"),))
    assert same(painted(lane, wanted, [adapter])[0].image, painted(lane, request(base))[0].image)


def test_previews_come_when_they_are_due_and_are_as_large_as_the_picture(base: Base, lane: PipelineLane) -> None:
    steps: list[Step] = []
    painted(lane, request(base, steps=10, width=96), steps=steps)
    shown = {step.step: step.preview.size for step in steps if step.preview is not None}
    assert shown == {2: (96, 64), 6: (96, 64)}
    assert [step.step for step in steps] == list(range(1, 11))


def test_whoever_listens_can_stop_the_painting_and_the_next_picture_is_right(base: Base, lane: PipelineLane) -> None:
    before = painted(lane, request(base))[0].image

    class StoppedError(Exception):
        pass

    def stop(step: Step) -> None:
        if step.step == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        list(lane.paint(request(base), [], 0, stop))
    assert same(painted(lane, request(base))[0].image, before)


def test_numbers_that_run_away_are_named_with_the_adapter_to_blame(base: Base, lane: PipelineLane, shelf: Path) -> None:
    tame = kept(base, shelf, seed=8)
    changes = {name: change.mapped(lambda tensor: 1e15 * tensor) for name, change in tame.components["unet"].items()}
    adapter = Adapter(tame.sha256, {"unet": changes})
    with pytest.raises(NotFinite, match=adapter.sha256[:12]):
        painted(lane, request(base, adapters=as_uses((adapter, 4.0))), [adapter])
    assert painted(lane, request(base))


def test_a_strength_that_leaves_no_step_says_how_many_it_needs(base: Base, lane: PipelineLane) -> None:
    out = BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    with pytest.raises(InvalidRequest, match="needs at least 10 steps"):
        painted(lane, request(base, init_image=out.getvalue(), strength=0.1))


def test_an_image_that_cannot_be_decoded_is_refused(base: Base, lane: PipelineLane) -> None:
    out = BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG")
    with pytest.raises(InvalidRequest, match="cannot be decoded"):
        painted(lane, request(base, init_image=out.getvalue()[:60], strength=0.9))
