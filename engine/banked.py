"""A layer with room for many adapters: each row of a batch gets the low-rank terms of its own.

The base's layer is called as it is, whatever it is made of, and its weights are never touched. Batching terms of
different adapters by gathering them is from Punica (Chen et al., 2023).
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn


class BankedLayer(nn.Module):
    """Over a Linear or a 1x1 convolution."""

    def __init__(self, base: nn.Linear | nn.Conv2d) -> None:
        super().__init__()
        self.base = base
        self.rows: tuple[Tensor, Tensor] | None = None
        """What each row of the next forward passes adds, (rows, n, in) and (rows, n, out); one row is for all, None
        for nothing."""

    @property
    def weight(self) -> Tensor:
        """The base's: some models ask a layer for the type of its weights."""
        return self.base.weight

    @property
    def widths(self) -> tuple[int, int]:
        """Inputs and outputs."""
        return self.base.weight.shape[1], self.base.weight.shape[0]

    def forward(self, x: Tensor, *args: object) -> Tensor:
        out: Tensor = self.base(x, *args)
        if self.rows is None:
            return out
        down, up = (own.expand(len(x), -1, -1) for own in self.rows)
        if x.ndim == 4:  # a convolution's (rows, channels, height, width)
            change = up.transpose(1, 2) @ (down @ x.flatten(2))
            return out + change.view_as(out)
        flat = x.reshape(len(x), -1, x.shape[-1])
        return torch.baddbmm(out.view(len(x), -1, out.shape[-1]), flat @ down.transpose(1, 2), up).view_as(out)


def wrap_layers(root: nn.Module) -> Iterator[tuple[str, BankedLayer]]:
    """Puts a banked layer in the place of every Linear and 1x1 convolution of `root`; gives them by name."""
    found = [(name, module) for name, module in root.named_modules() if can_be_banked(module)]
    for name, module in found:
        parent, _, own = name.rpartition(".")
        banked = BankedLayer(module)
        setattr(root.get_submodule(parent), own, banked)
        yield name, banked


def can_be_banked(module: nn.Module) -> bool:
    if isinstance(module, nn.Conv2d):
        return module.kernel_size == (1, 1) and module.stride == (1, 1) and module.groups == 1
    return isinstance(module, nn.Linear)
