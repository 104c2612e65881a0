"""How much memory the bank gets: as many pages as are useful and as fit beside the base."""

from collections.abc import Mapping

import psutil
import torch

from adapters.layers import Layer
from engine.devices import Placement

FEWEST, MOST = 8, 64
"""Pages: room for a few styles always, and for more than a batch ever wears at once."""
SHARE = 0.15
"""Of the memory that is free once the base is loaded; the rest is for activations and autoencoders."""

FUSED_SHARE = 0.1
"""Of what is free after that."""


def page_bytes(layers: Mapping[str, Layer], rank: int, itemsize: int) -> int:
    """What one page takes over all layers that the bank wraps."""
    width = sum(layer.inputs + layer.outputs for layer in layers.values() if layer.kernel in ((), (1, 1)))
    return width * rank * itemsize


def pages_that_fit(layers: Mapping[str, Layer], rank: int, placement: Placement) -> int:
    """Page 0, which is always zeros, is not counted."""
    room = SHARE * free_bytes(placement.device)
    return max(FEWEST, min(MOST, int(room // page_bytes(layers, rank, placement.dtype.itemsize)) - 1))


def fused_budget(placement: Placement) -> int:
    """What merged copies of layers may take together, in bytes, once the base and the bank are there."""
    return int(FUSED_SHARE * free_bytes(placement.device))


def free_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return int(psutil.virtual_memory().available)
