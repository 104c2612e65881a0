"""From a module's tensors, as its file has them, to the change they stand for. The shapes were checked before.

A change takes no more room than its tensors, but for the kernels that Tucker cores unfold; as LoRA it may take any.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from adapters.canonical import Change, Difference, Factors, Hadamard, Kronecker
from adapters.kinds import COLUMNS, Form
from adapters.layers import Layer

Parts = Mapping[str, Tensor]
"""In fp32."""


def change_of(form: Form, parts: Parts, layer: Layer, scale: float) -> Change:
    """`scale` is alpha over rank."""
    return _MADE[form.kind](form, parts, layer, scale, _magnitude(form, parts, layer))


def as_lora(change: Hadamard | Kronecker, layer: Layer) -> Factors:
    """The same change of a layer that is a matrix; a Kronecker's second matrix must be two factors."""
    if isinstance(change, Kronecker):
        (left, right), (a, b) = _halves(change.first), change.second
        return _factors(_kron(right, b.flatten(1)), _kron(left, a), layer, change.magnitude)
    # Row by row and column by column, the product of two sums is the sum of all products (Khatri and Rao, 1968).
    up = torch.einsum("oi,oj->oij", change.up_1, change.up_2).flatten(1)
    down = torch.einsum("in,jn->ijn", change.down_1, change.down_2).flatten(0, 1)
    return _factors(down, up, layer, change.magnitude)


def _kron(one: Tensor, other: Tensor) -> Tensor:
    """Of two matrices in any layout; `torch.kron` fails on some that were transposed."""
    return (one[:, None, :, None] * other[None, :, None, :]).reshape(len(one) * len(other), -1)


def _halves(first: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The factors of a Kronecker's first matrix; where it is one tensor, that and an identity."""
    if len(first) == 2:
        return first[0], first[1]
    (w1,) = first
    rows, columns = w1.shape
    return (torch.eye(rows), w1) if rows < columns else (w1, torch.eye(columns))


def _low_rank(form: Form, parts: Parts, layer: Layer, scale: float, magnitude: Tensor | None) -> Change:
    down, up = parts["down"], parts["up"]
    if form.by_tucker:
        down = torch.einsum("rs...,si->ri...", parts["mid"], down.flatten(1))
    return _factors(down, up * scale, layer, magnitude)


def _hadamard(form: Form, parts: Parts, layer: Layer, scale: float, magnitude: Tensor | None) -> Change:
    up_1, down_1, up_2, down_2 = (parts[f"hada_w{half}_{side}"] for half in "12" for side in "ab")
    if form.by_tucker:
        up_1, down_1 = _untuckered(up_1, down_1, parts["hada_t1"])
        up_2, down_2 = _untuckered(up_2, down_2, parts["hada_t2"])
    return Hadamard(up_1 * scale, down_1, up_2, down_2, magnitude)


def _untuckered(up: Tensor, down: Tensor, core: Tensor) -> tuple[Tensor, Tensor]:
    """A Tucker core (rank, rank, …) with its two matrices (rank, out) and (rank, in), as one product of two."""
    return up.T, torch.einsum("rs...,si->ri...", core, down).flatten(1)


def _kronecker(form: Form, parts: Parts, layer: Layer, scale: float, magnitude: Tensor | None) -> Change:
    first, second = _given("lokr_w1", parts), _given("lokr_w2", parts)
    if form.by_tucker:
        up, down = second
        second = _untuckered(up, down, parts["lokr_t2"])
    *ups, last = (second[0] * scale, *second[1:])
    return Kronecker(first, (*ups, last.reshape(len(last), -1, *layer.kernel)), magnitude)


def _given(name: str, parts: Parts) -> tuple[Tensor, ...]:
    """One of the two matrices, or its two factors."""
    return (parts[name],) if name in parts else (parts[f"{name}_a"], parts[f"{name}_b"])


def _difference(form: Form, parts: Parts, layer: Layer, scale: float, magnitude: Tensor | None) -> Change:
    return Difference(parts["diff"].view(layer.shape), parts.get("diff_b"), magnitude)


def _factors(down: Tensor, up: Tensor, layer: Layer, magnitude: Tensor | None) -> Factors:
    rank, ones = len(down), (1,) * len(layer.kernel)
    return Factors(down.reshape(rank, layer.inputs, *layer.kernel), up.reshape(layer.outputs, rank, *ones), magnitude)


def _magnitude(form: Form, parts: Parts, layer: Layer) -> Tensor | None:
    if not form.decomposed:
        return None
    found = parts["magnitude"] if "magnitude" in parts else parts["dora_scale"]
    return found.reshape(1, layer.inputs, *(1,) * len(layer.kernel)) if form.decomposed == COLUMNS else found.flatten()


_MADE: Mapping[str, Callable[[Form, Parts, Layer, float, Tensor | None], Change]] = {
    "LoRA": _low_rank,
    "LoCon": _low_rank,
    "LoHa": _hadamard,
    "LoKr": _kronecker,
    "full difference": _difference,
}
