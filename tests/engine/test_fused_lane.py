"""The fused lane: merged copies paint what PEFT paints over the base, come and go, and never touch its weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from peft import LoraConfig, inject_adapter_in_model, set_peft_model_state_dict
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor, nn

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.base import Base
from engine.families.sd import StableDiffusion
from engine.fused_lane import FusedLane, merged
from engine.jobs import Job
from engine.lane import Worn
from engine.metrics import Metrics
from engine.painting import Painting
from engine.pipeline_lane import PipelineLane
from engine.view import shared_view
from engine.worker import Worker
from protocol.errors import AdapterRefused
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from tests.engine import lora

PLENTY = 1 << 30
EVERYWHERE = (*lora.DENOISER, *lora.TEXT, "conv1", "conv2", "conv_in", "time_emb_proj")


def adapter_of(base: Base, folder: Path, tensors: dict[str, Tensor]) -> Adapter:
    sha256 = lora.write(folder, tensors)
    return read_adapter(folder / f"{sha256}.safetensors", sha256, base)


def with_magnitudes(base: Base, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """DoRA's third tensor for each module: the lengths of the base's rows, changed a little."""
    generator = torch.Generator().manual_seed(3)
    modules = dict(base.targets())
    found = dict(tensors)
    for key in [key for key in tensors if key.endswith(".lora_A.weight")]:
        name = key.removesuffix(".lora_A.weight")
        component, _, inner = name.partition(".")
        weight = modules[component].get_submodule(inner).weight
        assert isinstance(weight, Tensor)
        lengths = weight.flatten(1).norm(dim=1)
        noise = torch.randn(lengths.shape, generator=generator)
        magnitude = lengths * (1 + 0.2 * noise)
        found[f"{name}.lora_magnitude_vector"] = magnitude.view(1, -1, 1, 1) if weight.ndim == 4 else magnitude
    return found


def kronecker(base: Base, ends: tuple[str, ...]) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(4)
    found = {}
    for name, layer in base.layers.items():
        if name.endswith(ends):
            found[f"{name}.lokr_w1"] = torch.randn(4, 4, generator=generator) * 0.2
            shape = (layer.outputs // 4, layer.inputs // 4, *layer.kernel)
            found[f"{name}.lokr_w2"] = torch.randn(shape, generator=generator) * 0.2
    return found


@pytest.fixture
def wide(base: Base, tmp_path: Path) -> Adapter:
    """LoRA over 3x3 convolutions and all that a bank could hold."""
    return adapter_of(base, tmp_path, lora.weights(base, rank=5, ends=EVERYWHERE))


def denoised(denoiser: nn.Module) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    config: Any = denoiser.config
    latents = torch.randn(2, config.in_channels, 8, 8, generator=generator)
    states = torch.randn(2, 7, config.cross_attention_dim, generator=generator)
    with torch.inference_mode():
        out: Tensor = denoiser(latents, torch.tensor([7.0, 801.0]), states, return_dict=False)[0]
    return out


def difference(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


def denoiser_of(family: StableDiffusion) -> nn.Module:
    unet: nn.Module = family.pipe.unet
    return unet


def peft_over(denoiser: nn.Module, config: Any, tensors: dict[str, Tensor], name: str = "one") -> nn.Module:
    """A view of the denoiser with an adapter laid over it by PEFT, every tensor taken."""
    view = shared_view(denoiser)
    inject_adapter_in_model(config, view, name)
    result = set_peft_model_state_dict(view, tensors, adapter_name=name)
    assert not result.unexpected_keys
    assert not [key for key in result.missing_keys if f".{name}." in key]
    return view.eval()


@pytest.mark.parametrize("weight", [1.0, 0.4, -0.7])
def test_a_copy_with_dora_is_what_peft_makes_of_it(base: Base, tmp_path: Path, weight: float) -> None:
    tensors = with_magnitudes(base, lora.weights(base, rank=4, ends=(*lora.DENOISER, "conv1")))
    ours = denoised(denoiser_of(merged(base, [(adapter_of(base, tmp_path, tensors), weight)])))
    names = sorted({key.split(".lora_")[0].removeprefix("unet.") for key in tensors})
    config = LoraConfig(r=4, lora_alpha=4 * weight, target_modules=names, use_dora=True)
    spelt = {key.removeprefix("unet."): tensor for key, tensor in tensors.items()}
    plain = denoised(base.denoiser)
    peft = denoised(peft_over(base.denoiser, config, spelt))
    assert difference(ours, peft) < 1e-5
    assert difference(ours, plain) > 1e-2


def test_a_copy_with_lokr_adds_the_kronecker_product(base: Base, tmp_path: Path) -> None:
    ends = (*lora.DENOISER, "conv1")
    tensors = kronecker(base, ends)
    ours = denoised(denoiser_of(merged(base, [(adapter_of(base, tmp_path, tensors), 1.0)])))
    view = shared_view(base.denoiser)
    for name, module in view.named_modules():
        if f"unet.{name}.lokr_w1" in tensors:
            w1, w2 = tensors[f"unet.{name}.lokr_w1"], tensors[f"unet.{name}.lokr_w2"]
            assert isinstance(module.weight, Tensor)
            module.weight = nn.Parameter(module.weight + kron(w1, w2).view_as(module.weight), requires_grad=False)
    assert difference(ours, denoised(view)) < 1e-5
    assert difference(ours, denoised(base.denoiser)) > 1e-2


def kron(w1: Tensor, w2: Tensor) -> Tensor:
    """Block by block, as the product is defined."""
    blocks = [[w1[i, j] * w2 for j in range(w1.shape[1])] for i in range(w1.shape[0])]
    return torch.cat([torch.cat(row, dim=1) for row in blocks], dim=0)


def request_with(base: Base, *worn: tuple[Adapter, float], **fields: Any) -> ResolvedRequest:
    usual: dict[str, Any] = {"prompt": "a cat", "steps": 3, "guidance_scale": 2.0, "seed": 4, "width": 64, "height": 64}
    uses = tuple(AdapterUse(adapter.sha256, weight) for adapter, weight in worn)
    return PaintRequest(**usual | {"adapters": uses} | fields).with_defaults(base.defaults)


def begun(lane: FusedLane, request: ResolvedRequest, worn: Worn) -> Painting:
    painting = lane.begin(request, 0, request.prompt, worn)
    assert painting is not None
    return painting


def test_pictures_of_one_copy_are_painted_together_as_diffusers_paints_each(base: Base, wide: Adapter) -> None:
    lane, plain = FusedLane(base, PLENTY), PipelineLane(base)
    worn = [(wide, 0.8)]
    requests = [
        request_with(base, *worn),
        request_with(base, *worn, guidance_scale=1.0, seed=9, sampler="euler_a"),
        request_with(base, *worn, negative_prompt="a dog", prompt="a red ship"),
    ]
    assert len({lane.group(request, worn) for request in requests}) == 1
    paintings = [begun(lane, request, worn) for request in requests]
    assert len(lane.copies) == 1
    while not paintings[0].finished:
        lane.step(paintings)
    for request, painting in zip(requests, paintings, strict=True):
        [picture] = plain.paint(request, [wide], 0, lambda _: None)
        theirs = np.asarray(picture.image, dtype=int)
        assert np.abs(np.asarray(lane.finish(painting), dtype=int) - theirs).max() <= 2


@pytest.mark.parametrize("dora_first", [True, False])
def test_a_blend_of_both_kinds_is_merged_in_the_order_of_the_request(
    base: Base, tmp_path: Path, dora_first: bool
) -> None:
    ends = ("to_q", "to_out.0", "ff.net.2")
    tensors = [
        with_magnitudes(base, lora.weights(base, rank=3, seed=8, ends=ends)),
        lora.weights(base, rank=3, seed=1, ends=ends),
    ]
    tensors = tensors if dora_first else tensors[::-1]
    names = sorted({key.split(".lora_")[0].removeprefix("unet.") for key in tensors[0]})
    view = base.denoiser
    for label, own in zip(("one", "two"), tensors, strict=True):
        dora = any("magnitude" in key for key in own)
        config = LoraConfig(r=3, lora_alpha=3, target_modules=names, use_dora=dora)
        view = peft_over(view, config, {key.removeprefix("unet."): tensor for key, tensor in own.items()}, label)
    for module in view.modules():
        if isinstance(module, BaseTunerLayer):
            module.set_adapter(["one", "two"])
    blend = [(adapter_of(base, tmp_path, own), 1.0) for own in tensors]
    assert difference(denoised(denoiser_of(merged(base, blend))), denoised(view)) < 1e-5


def test_the_base_is_never_touched(base: Base, wide: Adapter) -> None:
    before = [parameter.clone() for _, module in base.targets() for parameter in module.parameters()]
    copy = merged(base, [(wide, 1.0)])
    assert difference(denoised(denoiser_of(copy)), denoised(base.denoiser)) > 1e-2
    now = [parameter for _, module in base.targets() for parameter in module.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(before, now, strict=True))


def test_only_changed_layers_have_weights_of_their_own(base: Base, tmp_path: Path) -> None:
    adapter = adapter_of(base, tmp_path, lora.weights(base, ends=("conv1",)))
    lane = FusedLane(base, PLENTY)
    painting = begun(lane, request_with(base, (adapter, 1.0)), [(adapter, 1.0)])
    shared = {parameter.data_ptr() for parameter in base.denoiser.parameters()}
    own = [p for p in denoiser_of(painting.family).parameters() if p.data_ptr() not in shared]
    assert len(own) == adapter.modules
    assert sum(p.numel() * p.element_size() for p in own) == lane.bytes_of([(adapter, 1.0)])


def test_a_copy_is_kept_for_the_next_until_another_needs_the_room(base: Base, wide: Adapter, tmp_path: Path) -> None:
    other = adapter_of(base, tmp_path, lora.weights(base, seed=1, ends=EVERYWHERE))
    lane = FusedLane(base, FusedLane(base, PLENTY).bytes_of([(wide, 1.0)]))
    first = begun(lane, request_with(base, (wide, 1.0)), [(wide, 1.0)])
    again = begun(lane, request_with(base, (wide, 1.0), seed=9), [(wide, 1.0)])
    assert first.family is again.family
    request, worn = request_with(base, (other, 1.0)), [(other, 1.0)]
    assert lane.begin(request, 0, request.prompt, worn) is None
    assert not lane.drop_idle()
    lane.let_go(first)
    assert lane.begin(request, 0, request.prompt, worn) is None
    lane.let_go(again)
    begun(lane, request, worn)
    assert [recipe[0][0] for recipe in lane.copies] == [other.sha256]


def test_a_copy_made_for_a_picture_that_could_not_begin_is_forgotten_and_a_known_one_kept(
    base: Base, wide: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = FusedLane(base, PLENTY)
    worn, other = [(wide, 1.0)], [(wide, 0.5)]
    lane.let_go(begun(lane, request_with(base, *worn), worn))
    monkeypatch.setattr(StableDiffusion, "condition", lambda *_: 1 / 0)
    for own in (worn, other):
        with pytest.raises(ZeroDivisionError):
            lane.begin(request_with(base, *own, prompt="new"), 0, "new", own)
    assert [recipe[0][1] for recipe in lane.copies] == [1.0]
    assert lane.drop_idle()


def test_text_encoders_are_merged_too(base: Base, tmp_path: Path) -> None:
    tensors = lora.weights(base, rank=2, ends=("conv1", *lora.TEXT))
    adapter = adapter_of(base, tmp_path, tensors)
    lane = FusedLane(base, PLENTY)
    one, other = (
        begun(lane, request_with(base, (adapter, weight)), [(adapter, weight)]).conditioning.states
        for weight in (1.0, 0.5)
    )
    assert difference(one, other) > 1e-3
    plain = PipelineLane(base)
    plain.worn.wear([(adapter, 0.5)])
    states, negative = plain.base.pipe.encode_prompt("a cat", "cpu", 1, True)
    torch.testing.assert_close(other, torch.cat([negative, states]))


def test_what_does_not_fit_is_refused_with_the_numbers(base: Base, tmp_path: Path) -> None:
    dora = adapter_of(base, tmp_path, with_magnitudes(base, lora.weights(base)))
    worker = Worker(base, Metrics(), lambda *_: None, lambda _: None)
    assert worker.fused is not None
    worker.fused.budget = worker.fused.bytes_of([(dora, 1.0)]) - 1
    request = request_with(base, (dora, 1.0))
    order = PaintOrder(request=PaintRequest(prompt="a cat", adapters=request.adapters))
    with pytest.raises(AdapterRefused, match=r"must be merged .* takes \d+ MiB, and the engine has \d+ MiB"):
        worker.take(Job(order, request, 1), [dora])
    assert worker.idle
