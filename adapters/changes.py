"""From a module's tensors, as its file has them, to the change they stand for. The shapes were checked before."""

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
    if not form.lora_rank:
        return Hadamard(up_1 * scale, down_1, up_2, down_2, magnitude)
    # Row by row and column by column, the product of two sums is the sum of all products (Khatri and Rao, 1968).
    up = torch.einsum("oi,oj->oij", up_1, up_2).flatten(1)
    down = torch.einsum("in,jn->ijn", down_1, down_2).flatten(0, 1)
    return _factors(down, up * scale, layer, magnitude)


def _untuckered(up: Tensor, down: Tensor, core: Tensor) -> tuple[Tensor, Tensor]:
    """A Tucker core (rank, rank, …) with its two matrices (rank, out) and (rank, in), as one product of two."""
    return up.T, torch.einsum("rs...,si->ri...", core, down).flatten(1)


def _kronecker(form: Form, parts: Parts, layer: Layer, scale: float, magnitude: Tensor | None) -> Change:
    w1 = parts["lokr_w1"] if "lokr_w1" in parts else parts["lokr_w1_a"] @ parts["lokr_w1_b"]
    if form.lora_rank:
        return _factors(*_as_lora(w1, parts, scale), layer, magnitude)
    if "lokr_w2" in parts:
        w2 = parts["lokr_w2"].flatten(1) if layer.is_matrix else parts["lokr_w2"]
        return Kronecker(w1, w2.view(len(w2), -1, *layer.kernel) * scale, magnitude)
    up, down = parts["lokr_w2_a"], parts["lokr_w2_b"]
    if form.by_tucker:
        up, down = _untuckered(up, down, parts["lokr_t2"])
    w2 = (up @ down.flatten(1)).view(len(up), -1, *layer.kernel)
    return Kronecker(w1, w2 * scale, magnitude)


def _as_lora(w1: Tensor, parts: Parts, scale: float) -> tuple[Tensor, Tensor]:
    """Down and up of w1 ⊗ (a b): the products of w1's two factors with a and with b, w1 itself with an identity."""
    a, b = parts["lokr_w2_a"] * scale, parts["lokr_w2_b"].flatten(1)
    if "lokr_w1_a" in parts:
        left, right = parts["lokr_w1_a"], parts["lokr_w1_b"]
    elif w1.shape[0] < w1.shape[1]:
        left, right = torch.eye(w1.shape[0]), w1
    else:
        left, right = w1, torch.eye(w1.shape[1])
    return torch.kron(right, b), torch.kron(left, a)


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
