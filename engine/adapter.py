"""An adapter's weights in their canonical form, checked against the base they are to be laid over.

Canonical keys are `<component>.<module>.lora_A.weight` of shape (rank, in) and `…lora_B.weight` of shape (out, rank),
component being unet (or transformer), text_encoder or text_encoder_2; alpha is folded into B, so the scale is 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from adapters.header import read_header
from engine.base import Base, Layer
from protocol.errors import AdapterRefused

HIGHEST_RANK = 1024
ALPHA = ".alpha"
SPELLINGS = {".lora_A.weight": "A", ".lora_B.weight": "B", ".lora.down.weight": "A", ".lora.up.weight": "B"}


@dataclass(frozen=True, slots=True)
class Factors:
    """The low-rank change of one module: up @ down is added to its weight.

    `down` has the shape (rank, in) or that of a convolution, `up` (out, rank) or (out, rank, 1, 1).
    """

    down: Tensor
    up: Tensor

    @property
    def rank(self) -> int:
        return len(self.down)


@dataclass(frozen=True, slots=True)
class Adapter:
    sha256: str
    components: Mapping[str, Mapping[str, Factors]]
    """Factors by component (unet, text_encoder …) and module name."""

    @property
    def modules(self) -> int:
        return sum(len(modules) for modules in self.components.values())

    @property
    def rank(self) -> int:
        return max(factors.rank for modules in self.components.values() for factors in modules.values())


def read_adapter(path: Path, sha256: str, base: Base) -> Adapter:
    """Reads and checks a file. Raises `AdapterRefused` with the first thing that is wrong."""
    read_header(path)
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise AdapterRefused(f"The file cannot be read as safetensors: {error}") from error
    components: dict[str, dict[str, Factors]] = {}
    for spelt, parts in sorted(_by_module(tensors).items()):
        # Files name CLIP's layers under text_model; the encoders of transformers 5 have no such level.
        module = spelt if spelt in base.layers else spelt.replace(".text_model.", ".", 1)
        if (layer := base.layers.get(module)) is None:
            raise AdapterRefused(
                f"The adapter changes {module}, which the base {base.name} does not have; it is for another base."
            )
        component, _, inner = module.partition(".")
        if inner in components.setdefault(component, {}):
            raise AdapterRefused(f"The adapter changes {module} twice, in two spellings.")
        components[component][inner] = _factors(module, parts, layer)
    if not components:
        raise AdapterRefused("The file holds no LoRA weights.")
    return Adapter(sha256, components)


def _by_module(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    modules: dict[str, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        suffix = next((s for s in (*SPELLINGS, ALPHA) if key.endswith(s)), None)
        if suffix is None:
            raise AdapterRefused(f"The tensor {key[:80]} is in no spelling of LoRA that the engine reads.")
        name, part = key.removesuffix(suffix), SPELLINGS.get(suffix, "alpha")
        if part in modules.setdefault(name, {}):
            raise AdapterRefused(f"The adapter changes {name[:80]} twice, in two spellings.")
        modules[name][part] = tensor
    return modules


def _factors(module: str, parts: Mapping[str, Tensor], layer: Layer) -> Factors:
    """The module's pair with alpha folded in, of the right shapes, finite, in fp32."""
    if "A" not in parts or "B" not in parts:
        raise AdapterRefused(f"The adapter's {module} has only one half of its two matrices.")
    down, up = parts["A"].float(), parts["B"].float()
    rank = down.shape[0] if down.ndim else 0
    if not 1 <= rank <= HIGHEST_RANK:
        raise AdapterRefused(f"The adapter's {module} has rank {rank}; the engine takes 1 to {HIGHEST_RANK}.")
    wanted_down, wanted_up = _shapes(layer, rank)
    if tuple(down.shape) != wanted_down or tuple(up.shape) != wanted_up:
        raise AdapterRefused(
            f"The adapter's {module} has the shapes {tuple(down.shape)} and {tuple(up.shape)}, and the base takes "
            f"{wanted_down} and {wanted_up}; it is for another base."
        )
    alpha = parts["alpha"].float() if "alpha" in parts else torch.tensor(float(rank))
    if alpha.numel() != 1:
        raise AdapterRefused(f"The adapter's {module} has an alpha that is not one number.")
    up = up * (alpha.reshape(()) / rank)
    if not (down.isfinite().all() and up.isfinite().all()):
        raise AdapterRefused(f"The adapter's {module} holds numbers that are not finite; the file is damaged.")
    return Factors(down, up)


def _shapes(layer: Layer, rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    one_by_one = (1,) * len(layer.kernel)
    return (rank, layer.inputs, *layer.kernel), (layer.outputs, rank, *one_by_one)
