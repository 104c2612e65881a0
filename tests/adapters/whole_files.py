"""Whole adapter files for a family, of zeros: nothing before the engine reads numbers."""

from math import prod
from typing import Any

from adapters.families import families
from tests.adapters.files import entry, safetensors


def lora_file(
    family: str = "pocket",
    rank: int = 2,
    ends: tuple[str, ...] = ("to_q", "to_k"),
    metadata: dict[str, str] | None = None,
) -> bytes:
    """Plain LoRA as diffusers spells it, over every layer whose name has one of these ends."""
    layers = next(one.layers for one in families() if one.key == family)
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    at = 0
    for name, layer in layers.items():
        if name.endswith(ends):
            ones = (1,) * len(layer.kernel)
            for key, shape in (("A", (rank, layer.inputs, *layer.kernel)), ("B", (layer.outputs, rank, *ones))):
                header[f"{name}.lora_{key}.weight"] = entry(at, shape)
                at += 4 * prod(shape)
    return safetensors(header, bytes(at))
