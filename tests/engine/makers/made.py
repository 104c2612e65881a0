"""An adapter file with what its maker's own code makes of it: the outputs of the parts it was laid over."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.base import Base


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    outputs: Mapping[str, Tensor]
    """By component."""


def parts_of(base: Base) -> dict[str, nn.Module]:
    """Copies, which a maker may change as it likes."""
    return {name: copy.deepcopy(module).eval() for name, module in base.targets()}


def outputs_of(parts: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    with torch.inference_mode():
        return {name: _denoised(part) if name == "unet" else _encoded(part) for name, part in parts.items()}


def _denoised(unet: Any) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    config = unet.config
    latents = torch.randn(2, config.in_channels, 8, 8, generator=generator)
    states = torch.randn(2, 7, config.cross_attention_dim, generator=generator)
    added = {}
    if config.addition_embed_type == "text_time":
        width = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        added = {"text_embeds": torch.randn(2, width, generator=generator), "time_ids": torch.ones(2, 6) * 64}
    out: Tensor = unet(latents, torch.tensor([7.0, 801.0]), states, added_cond_kwargs=added, return_dict=False)[0]
    return out


def _encoded(encoder: Any) -> Tensor:
    tokens = torch.arange(12).view(2, 6) + 3
    out: Tensor = encoder(tokens, output_hidden_states=True).hidden_states[-1]
    return out


def randomised(module: nn.Module, strength: float = 0.2) -> None:
    """Every parameter away from where training would begin, so that each of them counts."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, parameter in sorted(module.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "dora_scale" in name or "magnitude" in name:
                parameter.mul_(1 + 0.2 * noise)
            else:
                parameter.copy_(strength * noise)
