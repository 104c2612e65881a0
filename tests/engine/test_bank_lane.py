"""The bank lane against the pipeline lane, which is plain diffusers with PEFT: any company, the same pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.painting import Painting
from engine.pipeline_lane import PipelineLane
from engine.prompt import compose
from engine.samplers import DIFFUSION, build_sampler
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from tests.engine import lora, tiny
from tests.engine.bases import load

INIT = BytesIO()
Image.fromarray(np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)).resize((64, 64)).save(
    INIT, "PNG"
)
CLOSE = 1
"""Of 255: what rounding to bytes may change."""


@dataclass(frozen=True)
class Bench:
    """One base with both lanes, and adapters for it: of low rank, of two pages, and for the text encoders as well."""

    base: Base
    bank: BankLane
    plain: PipelineLane
    adapters: tuple[Adapter, ...]

    def request(self, *worn: tuple[int, float], **fields: Any) -> ResolvedRequest:
        uses = tuple(AdapterUse(self.adapters[i].sha256, weight) for i, weight in worn)
        usual = {"prompt": "a red cat", "steps": 4, "guidance_scale": 3.0, "seed": 5, "width": 64, "height": 64}
        return PaintRequest(**usual | {"adapters": uses} | fields).with_defaults(self.base.defaults)

    def worn(self, request: ResolvedRequest) -> list[tuple[Adapter, float]]:
        by_sha = {adapter.sha256: adapter for adapter in self.adapters}
        return [(by_sha[use.sha256], use.weight) for use in request.adapters if use.weight]

    def begin(self, request: ResolvedRequest) -> Painting:
        worn = self.worn(request)
        text = compose(request.prompt, request.adapters, self.base.reader).text
        painting = self.bank.begin(request, 0, text, worn)
        assert painting is not None
        return painting

    def paint(self, requests: Sequence[ResolvedRequest], late: int = 0) -> list[Image.Image]:
        """All in one company; every second one joins `late` steps after the others. Sizes take turns."""
        paintings = [self.begin(request) for request in requests]
        step = 0
        while any(not painting.finished for painting in paintings):
            due = [p for i, p in enumerate(paintings) if not p.finished and (step >= late or i % 2 == 0)]
            for shape in {painting.latents.shape for painting in due}:
                group = [painting for painting in due if painting.latents.shape == shape]
                self.bank.step(group)
            step += 1
        for painting in paintings:
            self.bank.let_go(painting)
        return [self.bank.finish(painting) for painting in paintings]

    def paint_plainly(self, request: ResolvedRequest) -> Image.Image:
        by_sha = {adapter.sha256: adapter for adapter in self.adapters}
        adapters = [by_sha[use.sha256] for use in request.adapters]
        return next(self.plain.paint(request, adapters, 0, lambda _: None)).image

    def check(self, requests: Sequence[ResolvedRequest], late: int = 0) -> None:
        for request, image in zip(requests, self.paint(requests, late), strict=True):
            assert difference(image, self.paint_plainly(request)) <= CLOSE, request


def difference(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max())


@pytest.fixture(scope="module", params=["sd", "sd2", "sdxl"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp(request.param)
    base = load({"sd": tiny.build_sd, "sd2": tiny.build_sd2, "sdxl": tiny.build_sdxl}[request.param](folder / "base"))
    # In double precision, so that errors are not mistaken for the chaos in which random weights end.
    base.pipe.to(torch.float64)
    bank = BankLane(base, pages=6)
    kinds = ((4, lora.DENOISER), (20, lora.DENOISER), (1, (*lora.DENOISER, *lora.TEXT)))
    adapters = []
    for rank, ends in kinds:
        sha256 = lora.write(folder, lora.weights(base, rank, seed=rank, ends=ends))
        adapters.append(read_adapter(folder / f"{sha256}.safetensors", sha256, base))
    return Bench(base, bank, PipelineLane(base), tuple(adapters))


@pytest.mark.parametrize("sampler", DIFFUSION)
def test_every_sampler_paints_what_diffusers_paints_in_mixed_company(bench: Bench, sampler: str) -> None:
    requests = [
        bench.request(sampler=sampler),
        bench.request((0, 1.0), sampler=sampler),
        bench.request((0, 0.5), (1, -0.4), sampler=sampler, prompt="a blue house, in the snow", seed=8),
        bench.request((2, 1.0), sampler=sampler, guidance_scale=1.0),
        bench.request((1, 0.7), sampler=sampler, init_image=INIT.getvalue(), strength=0.6, steps=5),
        bench.request((2, 0.8), (1, 0.0), sampler=sampler, negative_prompt="", steps=3),
        bench.request((0, 1.0), sampler=sampler, negative_prompt="a dog", steps=6, guidance_scale=7.5),
    ]
    bench.check(requests, late=2)


@settings(deadline=None, max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_a_picture_is_the_same_in_any_company(bench: Bench, data: st.DataObject) -> None:
    def drawn() -> ResolvedRequest:
        worn = data.draw(st.lists(st.sampled_from((0, 1, 2)), max_size=3, unique=True))
        return bench.request(
            *((i, data.draw(st.sampled_from((-0.5, 0.0, 0.3, 1.0)))) for i in worn),
            sampler=data.draw(st.sampled_from(tuple(DIFFUSION))),
            steps=data.draw(st.integers(1, 5)),
            guidance_scale=data.draw(st.sampled_from((1.0, 2.0, 6.0))),
            seed=data.draw(st.integers(0, 99)),
            prompt=data.draw(st.sampled_from(("a cat", "an astronaut " * 40, "дом"))),
            width=data.draw(st.sampled_from((64, 96))),
        )

    bench.check([drawn() for _ in range(data.draw(st.integers(1, 5)))], late=data.draw(st.integers(0, 3)))


def test_at_an_equal_batch_shape_a_picture_is_the_same_to_the_bit(bench: Bench) -> None:
    wanted = bench.request((0, 1.0))
    beside_one = bench.paint([wanted, bench.request((1, 0.5), seed=1)])
    beside_other = bench.paint([wanted, bench.request((1, -0.9), prompt="a ship", seed=2, sampler="euler_a")])
    assert beside_one[0].tobytes() == beside_other[0].tobytes()
    assert beside_one[1].tobytes() != beside_other[1].tobytes()


def test_a_picture_without_adapters_is_the_same_to_the_bit_before_and_after_traffic(bench: Bench) -> None:
    weights = [parameter.clone() for _, module in bench.base.targets() for parameter in module.parameters()]
    [before] = bench.paint([bench.request()])
    bench.paint([bench.request((0, 1.0)), bench.request((1, 1.0)), bench.request((2, 1.0))])
    [after] = bench.paint([bench.request()])
    assert before.tobytes() == after.tobytes()
    now = [parameter for _, module in bench.base.targets() for parameter in module.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(weights, now, strict=True))


def test_what_the_denoiser_makes_of_a_row_is_what_it_makes_with_peft(bench: Bench) -> None:
    request = bench.request((0, 1.0), (1, 0.5))
    painting, other = bench.begin(request), bench.begin(bench.request((2, 1.0)))
    with torch.inference_mode():
        ours, _ = bench.bank.predict([painting, other])
        latents, times = painting.next_rows()
        bench.plain.worn.wear(bench.worn(request))
        added = dict(painting.conditioning.added) or None
        states = painting.conditioning.states
        [peft] = bench.plain.base.denoiser(latents, times, states, added_cond_kwargs=added, return_dict=False)
        bench.plain.worn.wear([])
    assert (ours - peft).norm() / peft.norm() < 1e-5
    for one in (painting, other):
        bench.bank.let_go(one)


def test_a_text_is_encoded_once_for_each_way_its_encoder_is_changed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    condition = bench.bank.family.condition
    monkeypatch.setattr(bench.bank.family, "condition", lambda wish: (encoded.append(wish.text), condition(wish))[1])
    own = bench.request(prompt="something new")
    worn = [bench.request((i, weight), prompt="something new") for i, weight in ((0, 1.0), (2, 1.0), (2, 0.5))]
    bench.paint([own, replace(own, seed=9), *worn, worn[1]])
    assert len(encoded) == 3


def test_sdxls_autoencoder_decodes_in_fp32_where_half_precision_overflows(tmp_path: Path) -> None:
    bank = BankLane(load(tiny.build_sdxl(tmp_path / "base")), pages=1)
    vae = bank.family.pipe.vae
    latents = torch.randn(1, 4, 8, 8)
    wanted = bank.family.decode(latents)
    vae.register_to_config(force_upcast=True)
    vae.to(torch.float16)
    got = bank.family.decode(latents.half())
    assert got.dtype == torch.float32
    assert vae.dtype == torch.float16
    torch.testing.assert_close(got, wanted, rtol=0.05, atol=0.05)


def test_an_image_that_cannot_be_encoded_leaves_the_autoencoder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = BankLane(load(tiny.build_sdxl(tmp_path / "base")), pages=1)
    family = bank.family
    family.pipe.to(torch.bfloat16)
    family.pipe.vae.register_to_config(force_upcast=True)

    def encode(_: torch.Tensor) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(family.pipe.vae, "encode", encode)
    sampler = build_sampler("ddim", family.pipe.scheduler)
    sampler.set_timesteps(4)
    with pytest.raises(torch.OutOfMemoryError):
        family.noised(Image.new("RGB", (64, 64)), sampler, 4, 0.5, torch.Generator())
    assert family.pipe.vae.dtype == torch.bfloat16
