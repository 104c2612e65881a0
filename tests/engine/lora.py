"""Adapters of random weights for a base, strong enough that a picture shows them."""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.base import Base

DENOISER = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out")
TEXT = ("q_proj", "v_proj", "fc1")


def weights(
    base: Base, rank: int = 4, seed: int = 0, strength: float = 0.3, ends: tuple[str, ...] = DENOISER
) -> dict[str, Tensor]:
    """Canonical keys and random factors for every layer whose name has one of these ends."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, layer in base.layers.items():
        if name.endswith(ends):
            ones = (1,) * len(layer.kernel)
            found[f"{name}.lora_A.weight"] = torch.randn(rank, layer.inputs, *layer.kernel, generator=generator)
            up = torch.randn(layer.outputs, rank, *ones, generator=generator)
            found[f"{name}.lora_B.weight"] = up * strength / rank
    return found


def write(folder: Path, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> str:
    """The SHA-256 of the file, which is written as `<sha256>.safetensors`."""
    draft = folder / "draft.safetensors"
    save_file(tensors, draft, metadata)
    sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
    draft.rename(folder / f"{sha256}.safetensors")
    return sha256
