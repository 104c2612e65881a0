"""The bank lane on the trained base, in fp32: eight styles beside each other, against plain diffusers one by one."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor

from adapters.styles import Catalogue
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.painting import Painting
from engine.pipeline_lane import PipelineLane, Step
from engine.samplers import DIFFUSION
from pocket.location import ADAPTERS
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from tests.engine.bases import load

STEPS = 8
WORN = ((), (0,), (1,), (2,), (3,), (4,), (5,), (0, 3))
"""Which styles each of the eight wears."""


@pytest.fixture(scope="module")
def base() -> Base:
    return load("pocket")


@pytest.fixture(scope="module")
def lanes(base: Base) -> tuple[BankLane, PipelineLane]:
    return BankLane(base, pages=8), PipelineLane(base)


class Company:
    """Eight requests, begun in the bank."""

    def __init__(self, base: Base, bank: BankLane, sampler: str) -> None:
        self.bank = bank
        styles = list(Catalogue.of(ADAPTERS))
        known = [read_adapter(style.path, style.sha256, base) for style in styles]
        self.worn = [[(known[i], 1 / len(own)) for i in own] for own in WORN]
        self.requests: list[ResolvedRequest] = []
        self.paintings: list[Painting] = []
        for number, (own, worn) in enumerate(zip(WORN, self.worn, strict=True)):
            uses = tuple(AdapterUse(adapter.sha256, weight) for adapter, weight in worn)
            prompt = ", ".join(["a red astronaut in space", *(styles[i].trigger for i in own)])
            request = PaintRequest(prompt=prompt, adapters=uses, steps=STEPS, seed=number, sampler=sampler)
            self.requests.append(request.with_defaults(base.defaults))
            painting = bank.begin(self.requests[-1], 0, prompt, worn)
            assert painting is not None
            self.paintings.append(painting)

    def give_back(self) -> None:
        for painting in self.paintings:
            self.bank.let_go(painting)


def keep(into: list[Tensor], given: Tensor) -> Tensor:
    into.append(given)
    return given


def ignore(_: Step) -> None:
    pass


@pytest.mark.parametrize("sampler", DIFFUSION)
def test_eight_styles_in_one_loop_are_painted_as_diffusers_paints_them_one_by_one(
    base: Base, lanes: tuple[BankLane, PipelineLane], sampler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank, plain = lanes
    company = Company(base, bank, sampler)
    while not company.paintings[0].finished:
        bank.step(company.paintings)
    company.give_back()
    final: list[Tensor] = []
    decode = base.pipe.vae.decode
    scale = base.pipe.vae.config.scaling_factor
    monkeypatch.setattr(base.pipe.vae, "decode", lambda z, *a, **k: decode(partial(keep, final)(z), *a, **k))
    for request, painting, worn in zip(company.requests, company.paintings, company.worn, strict=True):
        [picture] = plain.paint(request, [adapter for adapter, _ in worn], 0, ignore)
        latents = final[-1] * scale
        assert (painting.latents - latents).norm() / latents.norm() < 1e-3
        ours = np.asarray(bank.finish(painting), dtype=int)
        assert np.abs(ours - np.asarray(picture.image, dtype=int)).max() <= 2


def test_one_forward_pass_of_eight_styles_is_what_peft_makes_of_each(
    base: Base, lanes: tuple[BankLane, PipelineLane]
) -> None:
    bank, plain = lanes
    company = Company(base, bank, "euler")
    with torch.inference_mode():
        parts = bank.predict(company.paintings)
        for part, painting, worn in zip(parts, company.paintings, company.worn, strict=True):
            plain.worn.wear(worn)
            latents, times = painting.next_rows()
            [peft] = plain.base.denoiser(latents, times, painting.conditioning.states, return_dict=False)
            assert (part - peft).norm() / peft.norm() < 1e-5
    plain.worn.wear([])
    company.give_back()
