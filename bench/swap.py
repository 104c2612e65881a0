"""What putting another style on costs, in process time, on UNets of real shapes with weights of no meaning."""

import time
from collections.abc import Mapping
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from adapters.canonical import Adapter, Factors
from bench.timing import Timing, measure
from engine.bank import Bank
from engine.devices import Placement
from engine.host_copies import HostCopies

RANK = 16
PAGES = 2
STABLE_DIFFUSION = {"sample_size": 64, "cross_attention_dim": 768, "attention_head_dim": 8}
STABLE_DIFFUSION_XL = {
    "sample_size": 128,
    "cross_attention_dim": 2048,
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
SHAPES: Mapping[str, Mapping[str, Any]] = {"SD 1.5": STABLE_DIFFUSION, "SDXL": STABLE_DIFFUSION_XL}
TARGETS = ("to_q", "to_k", "to_v", "to_out.0")


def unet_of(shape: Mapping[str, Any]) -> UNet2DConditionModel:
    """In bf16, its weights unset: their pages of memory are never touched."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(**shape).to(torch.bfloat16)
    return unet.to_empty(device="cpu").requires_grad_(False)


def factors_of(unet: UNet2DConditionModel, seed: int) -> dict[str, Factors]:
    """An adapter of the usual kind: rank 16 on every projection of the attention layers."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).mul(0.01).bfloat16()

    return {
        name: Factors(random(RANK, layer.in_features), random(layer.out_features, RANK))
        for name, layer in unet.named_modules()
        if name.endswith(TARGETS) and ".attn" in name
    }


def canonical(factors: Mapping[str, Factors]) -> dict[str, Tensor]:
    tensors = {f"{name}.lora_A.weight": pair.down for name, pair in factors.items()}
    return tensors | {f"{name}.lora_B.weight": pair.up for name, pair in factors.items()}


def swap(shape: str, rounds: int) -> list[Timing]:
    """Two styles in turn, every time another one than before."""
    theirs, ours = unet_of(SHAPES[shape]), unet_of(SHAPES[shape])
    styles = [factors_of(ours, seed) for seed in (1, 2)]
    files = [canonical(factors) for factors in styles]
    theirs.load_lora_adapter(dict(files[0]), adapter_name="style", prefix=None)
    read = {f"style{i}": Adapter(f"style{i}", {"unet": factors}) for i, factors in enumerate(styles)}
    bank, resident = Bank({"unet": ours}, pages=1), Bank({"unet": unet_of(SHAPES[shape])}, pages=2)
    copies = HostCopies(read.__getitem__, Placement(torch.device("cpu"), torch.bfloat16), 1 << 30, bank.columns)
    adapters = [copies.get(name) for name in read]
    turn = 0

    def hotswap() -> None:
        nonlocal turn
        turn += 1
        theirs.load_lora_adapter(dict(files[turn % 2]), adapter_name="style", prefix=None, hotswap=True)

    def into(own: Bank) -> None:
        nonlocal turn
        turn += 1
        outfit = own.acquire([(adapters[turn % 2], 1.0)])
        assert outfit is not None
        own.give_back(outfit)

    ways = {
        "diffusers: hotswap": hotswap,
        "StyleSeal: already in its page": lambda: into(resident),
        "StyleSeal: into a page of the bank": lambda: into(bank),
    }
    return measure(ways, rounds, time.process_time)
