"""A base whose denoiser is kept in eight bits: half the memory, near the same pictures, the same adapters."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.devices import choose_placement
from engine.fused_lane import FusedLane
from engine.loading import load_base
from engine.narrow import FORMAT, narrow
from engine.pipeline_lane import PipelineLane
from engine.settings import EngineSettings
from engine.view import shared_view
from protocol.errors import BaseMissing
from protocol.paint import AdapterUse, PaintRequest
from tests.engine import lora


@pytest.fixture(scope="module")
def slim(base_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Base:
    settings = EngineSettings(base=str(base_folder), data=tmp_path_factory.mktemp("data"), dtype="fp8")
    return load_base(settings, lambda _: None)


def bytes_of(module: nn.Module) -> int:
    return sum(parameter.nbytes for parameter in module.parameters())


def test_weights_take_a_quarter_of_fp32_and_the_denoiser_computes_as_before(base: Base, slim: Base) -> None:
    assert bytes_of(slim.denoiser) < 0.35 * bytes_of(base.denoiser)
    assert slim.denoiser.dtype == torch.float32
    assert slim.placement.dtype_name == "fp8"
    assert slim.layers == base.layers
    latents, states = torch.randn(1, 4, 8, 8), torch.randn(1, 5, base.denoiser.config.cross_attention_dim)
    with torch.inference_mode():
        wide, got = (own.denoiser(latents, 500, states, return_dict=False)[0] for own in (base, slim))
    assert 0 < (got - wide).norm() / wide.norm() < 0.1


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_every_output_keeps_its_scale(dtype: torch.dtype) -> None:
    root = nn.Sequential(nn.Linear(64, 3, dtype=dtype), nn.Conv2d(8, 3, 3, dtype=dtype))
    for layer in root:
        layer.weight.data *= torch.tensor([1e-4, 1.0, 300.0], dtype=dtype).view(-1, *(1,) * (layer.weight.ndim - 1))
        layer.weight.data[0, 0] = 0
    wide = [layer.weight.detach().clone().float() for layer in root]
    narrow(root)
    for layer, before in zip(root, wide, strict=True):
        assert layer.weight.dtype == dtype
        assert {p.dtype for name, p in layer.named_parameters() if name == "stored"} == {FORMAT}
        errors = (layer.weight.float() - before).flatten(1).norm(dim=1) / before.flatten(1).norm(dim=1)
        assert errors.max() < 0.04


def test_an_output_of_zeros_stays_one() -> None:
    root = nn.Sequential(nn.Linear(4, 2))
    root[0].weight.data.zero_()
    narrow(root)
    assert torch.equal(root[0].weight, torch.zeros(2, 4))


@pytest.mark.parametrize("ends", [lora.DENOISER, ("conv1", "to_q")])
def test_adapters_lie_over_it_as_over_any_base(slim: Base, tmp_path: Path, ends: tuple[str, ...]) -> None:
    def adapter(rank: int) -> Adapter:
        sha256 = lora.write(tmp_path, lora.weights(slim, rank, ends=ends))
        return read_adapter(tmp_path / f"{sha256}.safetensors", sha256, slim)

    worn = [(adapter(5), 0.7)]
    uses = tuple(AdapterUse(own.sha256, weight) for own, weight in worn)
    request = PaintRequest(prompt="a cat", steps=3, seed=2, adapters=uses).with_defaults(slim.defaults)
    bank = BankLane(slim, pages=2)
    lane = bank if bank.takes(worn) else FusedLane(slim, 1 << 30)
    painting = lane.begin(request, 0, request.prompt, worn)
    assert painting is not None
    while not painting.finished:
        lane.step([painting])
    [picture] = PipelineLane(slim).paint(request, [worn[0][0]], 0, lambda _: None)
    ours, theirs = (np.asarray(image, dtype=int) for image in (lane.finish(painting), picture.image))
    assert np.abs(ours - theirs).max() <= 2


def test_a_view_shares_the_narrow_weights(slim: Base) -> None:
    view = shared_view(slim.denoiser)
    assert {p.data_ptr() for p in view.parameters()} == {p.data_ptr() for p in slim.denoiser.parameters()}


def test_an_apple_gpu_is_told_that_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    with pytest.raises(BaseMissing, match="set STYLESEAL_DTYPE=fp16"):
        choose_placement("mps", "fp8")
