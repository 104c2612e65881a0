"""The bank: room on the device for many adapters at once, in pages of rank 16 over all layers.

An adapter of rank r takes ceil(r / 16) pages. Pages are allocated once; putting an adapter on is a copy into pages that
nobody uses. Page 0 is zeros, and stays so: rows with fewer ranks than others are filled up with it.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.adapter import Adapter, Factors
from engine.banked import BankedLayer, wrap_layers
from protocol.errors import InvalidRequest

PAGE_RANK = 16
BUCKET = 8
"""Ranks of a batch are rounded up to a multiple of this, so that few shapes occur."""


@dataclass(frozen=True, slots=True)
class Worn:
    """One adapter as a row wears it. Its first `rank` lanes lie in `pages`, in that order."""

    sha256: str
    pages: tuple[int, ...]
    rank: int
    weight: float

    def lanes(self) -> list[int]:
        return [page * PAGE_RANK + lane for page in self.pages for lane in range(PAGE_RANK)][: self.rank]


Outfit = tuple[Worn, ...]
"""What one row wears; its pages are held until the outfit is returned."""


@dataclass(slots=True)
class _Resident:
    pages: tuple[int, ...]
    rank: int
    layers: frozenset[str]


class Bank:
    """Over the modules of a view of the base, by component; wraps their layers. For one thread."""

    def __init__(self, components: Mapping[str, nn.Module], pages: int) -> None:
        self.layers: dict[str, BankedLayer] = {}
        for component, module in components.items():
            for name, layer in wrap_layers(module, lanes_of(pages)):
                self.layers[f"{component}.{name}"] = layer
        self._empty(pages)
        self.hits = self.misses = 0
        """Adapters that were in their pages when they were wanted, and those that were not."""
        self.writing_seconds = 0.0

    def _empty(self, pages: int) -> None:
        self.pages = pages
        self.free = list(range(pages, 0, -1))
        self.resident: OrderedDict[str, _Resident] = OrderedDict()
        """The last used last."""
        self.holders: Counter[str] = Counter()
        """How many outfits hold an adapter's pages."""
        self._dressed: dict[str, tuple[Outfit, ...]] = {}
        self._written: dict[int, set[str]] = {page: set() for page in range(1, pages + 1)}
        """The layers in which a page is not all zeros."""

    def resize(self, pages: int) -> None:
        """Allocates all pages anew, in another number. Every outfit must have been given back."""
        assert not self.holders, "pages are in use"
        for layer in self.layers.values():
            layer.allocate(lanes_of(pages))
        self._empty(pages)

    @property
    def bytes(self) -> int:
        """What all pages take on the device."""
        tensors = [tensor for layer in self.layers.values() for tensor in (layer.down, layer.up)]
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def can_hold(self, adapter: Adapter) -> bool:
        """Whether it is plain LoRA, and every layer that it changes one of the bank's."""
        factors = factors_of(adapter)
        return factors is not None and all(name in self.layers for name in factors)

    def acquire(self, adapters: Sequence[tuple[Adapter, float]]) -> Outfit | None:
        """The outfit with its adapters in their pages, all or none; None while others use too many of them.

        Raises `InvalidRequest` where even an empty bank has not enough pages.
        """
        needed = sum(self._pages_of(adapter) for adapter, _ in adapters)
        if needed > self.pages:
            raise InvalidRequest(
                f"These adapters take {needed} pages of rank {PAGE_RANK} together, and the engine has {self.pages}.",
                param="adapters",
            )
        wanted = {adapter.sha256 for adapter, _ in adapters}
        missing = [adapter for adapter, _ in adapters if adapter.sha256 not in self.resident]
        if not self._make_room(sum(pages_of(adapter) for adapter in missing), wanted):
            return None
        started = time.perf_counter()
        for adapter in missing:
            self._write(adapter)
        self.writing_seconds += time.perf_counter() - started
        self.misses += len(missing)
        self.hits += len(wanted) - len(missing)
        for sha256 in wanted:
            self.resident.move_to_end(sha256)
        self.holders.update(wanted)
        return tuple(self._worn(adapter.sha256, weight) for adapter, weight in adapters)

    def give_back(self, outfit: Outfit) -> None:
        """The pages stay as they are until somebody else needs them."""
        self.holders.subtract(worn.sha256 for worn in outfit)
        self.holders += Counter()

    def dress(self, component: str, outfits: Sequence[Outfit]) -> None:
        """Says what each row of the component's next forward passes wears; a single one is for all rows."""
        company = tuple(outfits)
        if self._dressed.get(component) == company:
            return
        lanes = [[lane for worn in outfit for lane in worn.lanes()] for outfit in company]
        weights = [[worn.weight for worn in outfit for _ in range(worn.rank)] for outfit in company]
        longest = -(-max(map(len, lanes), default=0) // BUCKET) * BUCKET
        touched = {name for outfit in company for worn in outfit for name in self.resident[worn.sha256].layers}
        device = next(iter(self.layers.values())).down.device
        index = torch.tensor([row + [0] * (longest - len(row)) for row in lanes], dtype=torch.long).to(device)
        scales = torch.tensor([row + [0.0] * (longest - len(row)) for row in weights]).unsqueeze(-1).to(device)
        self._dressed.pop(component, None)  # it may fail halfway
        for name, layer in self.layers.items():
            if name.startswith(f"{component}."):
                layer.dress(index if name in touched else None, scales)
        self._dressed[component] = company

    def _worn(self, sha256: str, weight: float) -> Worn:
        resident = self.resident[sha256]
        return Worn(sha256, resident.pages, resident.rank, weight)

    def _pages_of(self, adapter: Adapter) -> int:
        known = self.resident.get(adapter.sha256)
        return pages_of(adapter) if known is None else len(known.pages)

    def _make_room(self, needed: int, wanted: set[str]) -> bool:
        """Frees the pages used longest ago, but none of those in use or wanted; nothing, if that is not enough."""
        idle = [sha256 for sha256 in self.resident if not self.holders[sha256] and sha256 not in wanted]
        evicted, room = [], len(self.free)
        while room < needed and idle:
            evicted.append(idle.pop(0))
            room += len(self.resident[evicted[-1]].pages)
        if room < needed:
            return False
        for sha256 in evicted:
            self.free.extend(self.resident.pop(sha256).pages)
        return True

    def _write(self, adapter: Adapter) -> None:
        """Copies an adapter into free pages, in place: no tensor moves, so nothing that was compiled is compiled anew.

        What an earlier adapter left in the pages is zeroed where this one has no weights.
        """
        pages = tuple(self.free[-pages_of(adapter) :])
        factors = factors_of(adapter)
        assert factors is not None, "it was asked whether the bank can hold it"
        targets: list[Tensor] = []
        sources: list[Tensor] = []
        unused: list[Tensor] = []
        for i, page in enumerate(pages):
            start = page * PAGE_RANK
            for name in self._written[page] | factors.keys():
                layer, pair = self.layers[name], factors.get(name)
                taken = 0 if pair is None else max(0, min(PAGE_RANK, pair.rank - i * PAGE_RANK))
                if pair is not None and taken:
                    ranks = slice(i * PAGE_RANK, i * PAGE_RANK + taken)
                    targets += [layer.down[start : start + taken], layer.up[start : start + taken]]
                    sources += [pair.down.flatten(1)[ranks], pair.up.flatten(1).T[ranks]]
                if taken < PAGE_RANK:
                    # Both: what is left of the other times zero may still not be finite.
                    unused += [own[start + taken : start + PAGE_RANK] for own in (layer.down, layer.up)]
            self._written[page] |= factors.keys()
        torch._foreach_copy_(targets, sources)
        if unused:
            torch._foreach_zero_(unused)
        for page in pages:
            self._written[page] = set(factors)
        del self.free[-len(pages) :]
        self.resident[adapter.sha256] = _Resident(pages, adapter.rank, frozenset(factors))


def factors_of(adapter: Adapter) -> dict[str, Factors] | None:
    """By component and module; None where it is not plain LoRA."""
    if (components := adapter.plain()) is None:
        return None
    return {f"{c}.{name}": pair for c, modules in components.items() for name, pair in modules.items()}


def lanes_of(pages: int) -> int:
    return (pages + 1) * PAGE_RANK


def pages_of(adapter: Adapter) -> int:
    return -(-adapter.rank // PAGE_RANK)
