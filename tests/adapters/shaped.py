"""Adapter files of chosen tensors, of zeros but for single numbers, and files that name every layer of a family."""

import struct
from collections.abc import Callable, Iterable, Mapping
from math import prod
from pathlib import Path

import pytest

from adapters.families import families
from adapters.header import DTYPE_BYTES, Header, read_header
from adapters.inspection import inspect
from adapters.layers import Layer, Layers
from adapters.modules import match, spoken
from adapters.names import Names, original_names
from protocol.errors import AdapterRefused
from tests.adapters.files import safetensors

Tensor = tuple[int, ...] | float
"""A shape, or one number in F32."""
Spelt = Callable[[str], str]
"""From a layer's name to what a program calls it."""


def layers_of(family: str) -> Layers:
    return names_of(family).layers


def names_of(family: str) -> Names:
    return next(one.names for one in families() if one.key == family)


def shaped(
    tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None, dtype: str = "F16", numbers: str = "F32"
) -> bytes:
    """The data are in the order of the header; numbers are written as F32 whatever they are said to be."""
    header: dict[str, object] = {} if metadata is None else {"__metadata__": dict(metadata)}
    data = bytearray()
    for key, tensor in tensors.items():
        shape, own = (tensor, dtype) if isinstance(tensor, tuple) else ((), numbers)
        size = DTYPE_BYTES[own] * prod(shape)
        header[key] = {"dtype": own, "shape": list(shape), "data_offsets": [len(data), len(data) + size]}
        data += struct.pack("<f", tensor) if not isinstance(tensor, tuple) else bytes(size)
    return safetensors(header, bytes(data))


def pair(name: str, layer: Layer, rank: int = 1, ends: tuple[str, str] = ("lora_down", "lora_up")) -> dict[str, Tensor]:
    down, up = ends
    ones = (1,) * len(layer.kernel)
    return {
        f"{name}.{down}.weight": (rank, layer.inputs, *layer.kernel),
        f"{name}.{up}.weight": (layer.outputs, rank, *ones),
    }


def loras(
    layers: Layers, spelt: Spelt, only: Iterable[str] | None = None, alpha: float | None = 1.0, rank: int = 1
) -> dict[str, Tensor]:
    """LoRA over all the layers, or some of them."""
    found: dict[str, Tensor] = {}
    for name in layers if only is None else only:
        found |= pair(spelt(name), layers[name], rank)
        if alpha is not None:
            found[f"{spelt(name)}.alpha"] = alpha
    return found


def kohya(layers: Layers, original: bool = False) -> Spelt:
    """As sd-scripts spells; `original` by Stability's names, as it does for SDXL."""
    old = {module: name for name, module in original_names(layers)} if original else {}
    of_two = any(name.startswith("text_encoder_2.") for name in layers)
    prefixes = {"unet": "lora_unet_", "text_encoder": "lora_te1_" if of_two else "lora_te_"}
    prefixes["text_encoder_2"] = "lora_te2_"

    def spelt(name: str) -> str:
        component, _, module = name.partition(".")
        return prefixes[component] + old.get(name, module).replace(".", "_")

    return spelt


def plain(name: str) -> str:
    return name


def header_of_file(folder: Path, data: bytes) -> Header:
    (folder / "made.safetensors").write_bytes(data)
    return read_header(folder / "made.safetensors")


def refusal_of(folder: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> str:
    """Why `inspect` says the file cannot be used."""
    path = folder / "made.safetensors"
    path.write_bytes(shaped(tensors, metadata))
    return inspect(path).refusal


def misfits(folder: Path, tensors: Mapping[str, Tensor], family: str = "sd1") -> tuple[str, ...]:
    header = header_of_file(folder, shaped(tensors))
    return match(spoken(header), header, names_of(family)).misfits


def sentence_of(call: Callable[[], object]) -> str:
    with pytest.raises(AdapterRefused) as caught:
        call()
    assert len(caught.value.sentence) < 300
    assert caught.value.sentence.isprintable()
    return caught.value.sentence
