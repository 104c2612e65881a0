"""The fused lane: copies of the denoiser into which a style is merged, for what the bank's pages cannot hold.

A copy is a view of the base in which only the changed layers have weights of their own. It is made when a picture
wants it and kept for the next, until another needs the room or nobody wants it for long.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from adapters.canonical import Change, Difference
from adapters.layers import Layer
from engine import denoise
from engine.base import Base
from engine.families import FAMILIES
from engine.families.sd import StableDiffusion
from engine.lane import Lane, Worn
from engine.narrow import set_weight
from engine.painting import Painting, begin
from protocol.paint import ResolvedRequest

Recipe = tuple[tuple[str, float], ...]
"""The adapters of a copy by their hashes, with their weights, in the order of the request."""


@dataclass(slots=True)
class Copy:
    family: StableDiffusion
    bytes: int
    paintings: int = 0
    """That are being painted with it."""


class FusedLane(Lane):
    """`budget` is what all copies may take together, in bytes."""

    name = "fused"

    def __init__(self, base: Base, budget: int) -> None:
        super().__init__(FAMILIES[type(base.pipe).__name__](base))
        self.base = base
        self.budget = budget
        self.copies: OrderedDict[Recipe, Copy] = OrderedDict()
        """The last used last."""

    def takes(self, adapters: Worn) -> bool:
        return self.bytes_of(adapters) <= self.budget

    def bytes_of(self, adapters: Worn) -> int:
        """What a copy with these adapters takes: the weights of the layers that they change."""
        changed = {
            f"{c}.{name}" for adapter, _ in adapters for c, changes in adapter.components.items() for name in changes
        }
        return sum(weights_of(self.base.layers[name]) for name in changed) * self.family.dtype.itemsize

    def group(self, request: ResolvedRequest, adapters: Worn) -> tuple[Hashable, ...]:
        return (*super().group(request, adapters), recipe_of(adapters))

    @torch.inference_mode()
    def begin(self, request: ResolvedRequest, index: int, text: str, adapters: Worn) -> Painting | None:
        recipe = recipe_of(adapters)
        known = recipe in self.copies
        if (copy := self._copy(recipe, adapters)) is None:
            return None
        try:
            conditioning = self.conditioning(request, text, adapters, copy.family.condition)
            painting = begin(copy.family, request, index, conditioning)
        except BaseException:
            if not known:  # where memory is short it would be made and forgotten in turns
                del self.copies[recipe]
            raise
        copy.paintings += 1
        return painting

    def predict(self, paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
        return denoise.predict(paintings)

    def let_go(self, painting: Painting) -> None:
        for copy in self.copies.values():
            copy.paintings -= copy.family is painting.family

    def drop_idle(self) -> bool:
        """Forgets the copies that nobody paints with; False where there were none."""
        idle = [recipe for recipe, copy in self.copies.items() if not copy.paintings]
        for recipe in idle:
            del self.copies[recipe]
        return bool(idle)

    def _copy(self, recipe: Recipe, adapters: Worn) -> Copy | None:
        """The copy of these adapters, made if need be; None while others take the room for it."""
        if recipe not in self.copies:
            needed = self.bytes_of(adapters)
            if not self._make_room(needed):
                return None
            with self.base.with_texts():  # as they may be merged as well
                self.copies[recipe] = Copy(merged(self.base, adapters), needed)
        self.copies.move_to_end(recipe)
        return self.copies[recipe]

    def _make_room(self, needed: int) -> bool:
        """Forgets idle copies, those used longest ago first, until there is room; none, if that is not enough."""
        room = self.budget - sum(copy.bytes for copy in self.copies.values())
        going = []
        for recipe, copy in self.copies.items():
            if room < needed and not copy.paintings:
                going.append(recipe)
                room += copy.bytes
        if room < needed:
            return False
        for recipe in going:
            del self.copies[recipe]
        return True


def merged(base: Base, adapters: Worn) -> StableDiffusion:
    """A view of the base with the adapters in the weights of its layers. The base's own are not touched."""
    family = FAMILIES[type(base.pipe).__name__](base)
    for component, module in family.components.items():
        names = {name for adapter, _ in adapters for name in adapter.components.get(component, {})}
        for name in names:
            changes = [
                (a.components[component][name], w) for a, w in adapters if name in a.components.get(component, {})
            ]
            _merge(module.get_submodule(name), changes, family.dtype)
    return family


def _merge(layer: Any, changes: Sequence[tuple[Change, float]], dtype: torch.dtype) -> None:
    stored: Tensor = layer.weight
    own = stored.float() if stored.itemsize < 4 else stored
    weight = own
    for change, strength in changes:
        weight = change.laid_over(weight, own, strength)
    set_weight(layer, weight.to(dtype))
    biases = [
        change.bias * strength
        for change, strength in changes
        if isinstance(change, Difference) and change.bias is not None
    ]
    if biases:
        before = torch.zeros(1, device=weight.device) if layer.bias is None else layer.bias.float()
        bias = before + sum(one.to(before) for one in biases)
        layer.bias = nn.Parameter(bias.to(dtype), requires_grad=False)


def recipe_of(adapters: Worn) -> Recipe:
    return tuple((adapter.sha256, weight) for adapter, weight in adapters)


def weights_of(layer: Layer) -> int:
    """How many numbers its weight has."""
    return layer.inputs * layer.outputs * torch.Size(layer.kernel).numel()
