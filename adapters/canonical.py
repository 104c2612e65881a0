"""An adapter in its canonical form: what it adds to each layer, alpha folded in, in fp32.

As tensors its keys are `<component>.<module>.lora_A.weight` of shape (rank, in) and `…lora_B.weight` of shape
(out, rank), component being unet (or transformer), text_encoder or text_encoder_2.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, fields, replace
from typing import Any, ClassVar, Self

import torch
from torch import Tensor


class Change(ABC):
    """What an adapter does to one layer's weight. Each kind is a dataclass of tensors, tuples of them, or None where
    there is none."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    magnitude: Tensor | None
    """What the length of each row of the changed weight is set to, (out,), or of each column, (1, in, …) (DoRA; Liu et
    al., 2024). None where lengths stay as they come."""

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """In the order in which the constructor takes them."""
        return tuple(tensor for each in fields(self) for tensor in _tensors(getattr(self, each.name)))

    @abstractmethod
    def delta(self, weight: Tensor) -> Tensor:
        """What is added to a weight, of the shape, device and number format of this one."""

    def mapped(self, change: Callable[[Tensor], Tensor]) -> Self:
        """With every tensor changed."""
        return replace(self, **{each.name: _mapped(getattr(self, each.name), change) for each in fields(self)})

    def laid_over(self, weight: Tensor, own: Tensor, strength: float) -> Tensor:
        """`weight` with this change as well; `own` is the base's, before any change. Computed as PEFT does."""
        change = strength * self.delta(weight)
        if self.magnitude is None:
            return weight + change
        magnitude, changed = self.magnitude.to(weight), own + change
        if magnitude.ndim > 1:
            lengths = changed.transpose(0, 1).flatten(1).norm(dim=1).view_as(magnitude)
            widened: Tensor = magnitude / lengths * (weight + change)
            return widened
        stretch: Tensor = (magnitude / changed.flatten(1).norm(dim=1)).view(-1, *(1,) * (weight.ndim - 1))
        return stretch * (weight + change)


@dataclass(frozen=True, slots=True, eq=False)
class Factors(Change):
    """Low rank: up @ down is added (LoRA; Hu et al., 2021).

    `down` has the shape (rank, in) or that of a convolution, `up` (out, rank) or (out, rank, 1, 1).
    """

    down: Tensor
    up: Tensor
    magnitude: Tensor | None = None

    @property
    def rank(self) -> int:
        return len(self.down)

    def delta(self, weight: Tensor) -> Tensor:
        product: Tensor = self.up.to(weight).flatten(1) @ self.down.to(weight).flatten(1)
        return product.view_as(weight)


@dataclass(frozen=True, slots=True, eq=False)
class Hadamard(Change):
    """The product, element by element, of two low-rank matrices (LoHa; Hyeon-Woo et al., 2022), a convolution's kernel
    flattened into their columns."""

    up_1: Tensor
    down_1: Tensor
    up_2: Tensor
    down_2: Tensor
    magnitude: Tensor | None = None

    def delta(self, weight: Tensor) -> Tensor:
        first = self.up_1.to(weight) @ self.down_1.to(weight)
        second = self.up_2.to(weight) @ self.down_2.to(weight)
        return (first * second).view_as(weight)


@dataclass(frozen=True, slots=True, eq=False)
class Kronecker(Change):
    """The Kronecker product of w1 (a, b) and w2 (out / a, in / b, …) (LoKr; Yeh et al., 2024).

    Each is one tensor or two whose product it is, of the shapes (…, rank) and (rank, …): a few numbers can be the
    factors of a layer's whole weight.
    """

    first: tuple[Tensor, ...]
    second: tuple[Tensor, ...]
    magnitude: Tensor | None = None

    @property
    def w1(self) -> Tensor:
        return product(self.first)

    @property
    def w2(self) -> Tensor:
        return product(self.second)

    def delta(self, weight: Tensor) -> Tensor:
        w1, w2 = (product([tensor.to(weight) for tensor in factors]) for factors in (self.first, self.second))
        return torch.kron(w1.view(*w1.shape, *(1,) * (w2.ndim - 2)), w2).view_as(weight)


@dataclass(frozen=True, slots=True, eq=False)
class Difference(Change):
    """A weight's whole change, and its bias's where that changes too."""

    weight: Tensor
    bias: Tensor | None = None
    magnitude: Tensor | None = None

    def delta(self, weight: Tensor) -> Tensor:
        return self.weight.to(weight).view_as(weight)


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


def product(factors: Sequence[Tensor]) -> Tensor:
    """Of up (out, rank) and down (rank, …), or the one tensor that there is."""
    if len(factors) == 1:
        return factors[0]
    up, down = factors
    return (up @ down.flatten(1)).view(len(up), *down.shape[1:])


def _tensors(value: Any) -> tuple[Tensor, ...]:
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _mapped(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, tuple):
        return tuple(map(change, value))
    return None if value is None else change(value)
