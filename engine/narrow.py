"""Weights kept in eight bits and widened for each use: about half the memory, for cards the base does not fit on.

Each output of a layer has a scale of its own, so that its largest weight is the format's largest number.
"""

from typing import Any

import torch
from torch import Tensor, nn

FORMAT = torch.float8_e4m3fn
WIDE_ENDS = ("conv_in", "conv_out", "time_embedding", "add_embedding")
"""Parts of a denoiser that are small and tell much: they stay as they are."""


def widened(layer: Any) -> Tensor:
    weight: Tensor = layer.stored.to(layer.scale.dtype) * layer.scale
    return weight


class _Narrow:
    """A layer whose `weight` is made anew each time somebody asks for it."""

    weight: Any = property(widened)


class NarrowLinear(_Narrow, nn.Linear):
    pass


class NarrowConv2d(_Narrow, nn.Conv2d):
    pass


NARROW: dict[type[nn.Module], type[nn.Module]] = {nn.Linear: NarrowLinear, nn.Conv2d: NarrowConv2d}
PLAIN = {narrow: plain for plain, narrow in NARROW.items()}


def narrow(root: nn.Module) -> None:
    """Narrows the linear and convolution layers of a denoiser, in place."""
    for name, module in root.named_modules():
        if type(module) in NARROW and not name.startswith(WIDE_ENDS):
            weight = module._parameters.pop("weight")
            assert weight is not None
            largest = weight.detach().abs().amax(dim=tuple(range(1, weight.ndim)), keepdim=True)
            scale = (largest / torch.finfo(FORMAT).max).clamp(min=torch.finfo(weight.dtype).tiny)
            module.__class__ = NARROW[type(module)]
            stored = (weight.detach().float() / scale.float()).to(FORMAT)
            module.register_parameter("stored", nn.Parameter(stored, requires_grad=False))
            module.register_parameter("scale", nn.Parameter(scale, requires_grad=False))


def set_weight(layer: Any, weight: Tensor) -> None:
    """Gives a layer another weight, in the format it computes in."""
    if type(layer) in PLAIN:
        del layer.stored, layer.scale
        layer.__class__ = PLAIN[type(layer)]
    layer.weight = nn.Parameter(weight, requires_grad=False)
