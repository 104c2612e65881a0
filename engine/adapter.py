"""An adapter's weights in their canonical form, checked against the base they are to be laid over.

Canonical keys are `<component>.<module>.lora_A.weight` of shape (rank, in) and `…lora_B.weight` of shape (out, rank),
component being unet (or transformer), text_encoder or text_encoder_2; alpha is folded into B, so the scale is 1. DoRA
has `…lora_magnitude_vector` of shape (out,) beside them; LoKr has `…lokr_w1` and `…lokr_w2` instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from adapters.header import read_header
from engine.base import Base, Layer
from protocol.errors import AdapterRefused

HIGHEST_RANK = 1024
ALPHA = ".alpha"
SPELLINGS = {
    ".lora_A.weight": "A",
    ".lora_B.weight": "B",
    ".lora.down.weight": "A",
    ".lora.up.weight": "B",
    ".lora_magnitude_vector": "magnitude",
    ".lora_magnitude_vector.weight": "magnitude",
    ".lokr_w1": "w1",
    ".lokr_w2": "w2",
}


@dataclass(frozen=True, slots=True)
class Factors:
    """The low-rank change of one module: up @ down is added to its weight (LoRA; Hu et al., 2021).

    `down` has the shape (rank, in) or that of a convolution, `up` (out, rank) or (out, rank, 1, 1).
    """

    down: Tensor
    up: Tensor
    magnitude: Tensor | None = None
    """What the length of each row of the changed weight is set to, (out,) (DoRA; Liu et al., 2024)."""

    @property
    def rank(self) -> int:
        return len(self.down)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return (self.down, self.up) if self.magnitude is None else (self.down, self.up, self.magnitude)

    def mapped(self, change: Callable[[Tensor], Tensor]) -> "Factors":
        """With every tensor changed."""
        return Factors(*map(change, self.tensors))

    def laid_over(self, weight: Tensor, own: Tensor, strength: float) -> Tensor:
        """`weight` with this change as well; `own` is the base's, before any change. Computed as PEFT does."""
        change: Tensor = strength * (self.up.to(weight).flatten(1) @ self.down.to(weight).flatten(1)).view_as(weight)
        if self.magnitude is None:
            return weight + change
        lengths = (own + change).flatten(1).norm(dim=1)
        stretch: Tensor = (self.magnitude.to(weight) / lengths).view(-1, *(1,) * (weight.ndim - 1))
        return stretch * (weight + change)


@dataclass(frozen=True, slots=True)
class Kronecker:
    """A change by the Kronecker product of w1 (a, b) and w2 (out / a, in / b, …) (LoKr; Yeh et al., 2023)."""

    w1: Tensor
    w2: Tensor

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return (self.w1, self.w2)

    def mapped(self, change: Callable[[Tensor], Tensor]) -> "Kronecker":
        """With every tensor changed."""
        return Kronecker(*map(change, self.tensors))

    def laid_over(self, weight: Tensor, own: Tensor, strength: float) -> Tensor:
        """As that of `Factors`."""
        w1 = self.w1.to(weight).view(*self.w1.shape, *(1,) * (self.w2.ndim - 2))
        return weight + strength * torch.kron(w1, self.w2.to(weight))


Change = Factors | Kronecker


@dataclass(frozen=True, slots=True)
class Adapter:
    sha256: str
    components: Mapping[str, Mapping[str, Change]]
    """Changes by component (unet, text_encoder …) and module name."""

    @property
    def modules(self) -> int:
        return sum(len(modules) for modules in self.components.values())

    @property
    def rank(self) -> int:
        """The highest of its low-rank changes; 0 where it has none."""
        changes = [change for modules in self.components.values() for change in modules.values()]
        return max((change.rank for change in changes if isinstance(change, Factors)), default=0)

    def plain(self) -> Mapping[str, Mapping[str, Factors]] | None:
        """Its factors by component and module, where it is LoRA and nothing else; otherwise None."""
        found = {
            component: {
                name: change
                for name, change in modules.items()
                if isinstance(change, Factors) and change.magnitude is None
            }
            for component, modules in self.components.items()
        }
        return found if sum(map(len, found.values())) == self.modules else None


def read_adapter(path: Path, sha256: str, base: Base) -> Adapter:
    """Reads and checks a file. Raises `AdapterRefused` with the first thing that is wrong."""
    read_header(path)
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise AdapterRefused(f"The file cannot be read as safetensors: {error}") from error
    components: dict[str, dict[str, Change]] = {}
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
        changes = _kronecker if {"w1", "w2"} & parts.keys() else _factors
        components[component][inner] = changes(module, parts, layer)
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
    magnitude = parts["magnitude"].float() if "magnitude" in parts else None
    if magnitude is not None and magnitude.numel() != layer.outputs:
        raise AdapterRefused(f"The adapter's {module} has {magnitude.numel()} magnitudes for {layer.outputs} outputs.")
    return _finite(
        module, Factors(down, up * (alpha.reshape(()) / rank), None if magnitude is None else magnitude.flatten())
    )


def _kronecker(module: str, parts: Mapping[str, Tensor], layer: Layer) -> Kronecker:
    """The module's two matrices, whose product has the shape of the weight, finite, in fp32."""
    if parts.keys() != {"w1", "w2"}:
        raise AdapterRefused(
            f"The adapter's {module} is LoKr with {', '.join(sorted(parts))}; the engine takes w1, w2."
        )
    w1, w2 = parts["w1"].float(), parts["w2"].float()
    wanted = (layer.outputs, layer.inputs, *layer.kernel)
    if w1.ndim != 2 or w2.ndim != len(wanted):
        raise AdapterRefused(f"The adapter's {module} has the shapes {tuple(w1.shape)} and {tuple(w2.shape)}.")
    got = (w1.shape[0] * w2.shape[0], w1.shape[1] * w2.shape[1], *w2.shape[2:])
    if got != wanted:
        raise AdapterRefused(
            f"The adapter's {module} makes a change of the shape {got}, and the base takes {wanted}; it is for another "
            "base."
        )
    return _finite(module, Kronecker(w1, w2))


C = TypeVar("C", Factors, Kronecker)


def _finite(module: str, change: C) -> C:
    if not all(tensor.isfinite().all() for tensor in change.tensors):
        raise AdapterRefused(f"The adapter's {module} holds numbers that are not finite; the file is damaged.")
    return change


def _shapes(layer: Layer, rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    one_by_one = (1,) * len(layer.kernel)
    return (rank, layer.inputs, *layer.kernel), (layer.outputs, rank, *one_by_one)
