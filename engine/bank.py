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

from adapters.canonical import Adapter
from engine.banked import BankedLayer, wrap_layers
from engine.columns import Columns, factors_of
from engine.devices import sent
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
        self.layers: dict[str, BankedLayer] = {
            f"{component}.{name}": layer
            for component, module in components.items()
            for name, layer in wrap_layers(module)
        }
        self.columns = Columns({name: layer.widths for name, layer in self.layers.items()})
        weight = next(iter(self.layers.values())).weight
        self.dtype = weight.dtype
        self.device = weight.device
        self._allocate(pages)
        self.hits = self.misses = 0
        """Adapters that were in their pages when they were wanted, and those that were not."""
        self.writing_seconds = 0.0
        self.static = False
        """Whether all layers of a component are dressed, in one of few shapes, as compiled modules want it."""

    def _allocate(self, pages: int) -> None:
        """Should this fail, the bank is one without pages."""
        self.pages = 0
        self.free: list[int] = []
        self.resident: OrderedDict[str, _Resident] = OrderedDict()
        """The last used last."""
        self.holders: Counter[str] = Counter()
        """How many outfits hold an adapter's pages."""
        self._dressed: dict[str, tuple[Outfit, ...]] = {}
        self._written: dict[int, set[tuple[int, int]]] = {page: set() for page in range(1, pages + 1)}
        """The columns in which a page is not all zeros, from and to."""
        self.lanes = torch.empty(0)  # the old ones go first
        lanes = (pages + 1) * PAGE_RANK if pages else 0
        self.lanes = torch.zeros(lanes, self.columns.width, dtype=self.dtype, device=self.device)
        """One rank of some adapter in each, laid out by `columns`."""
        self.pages, self.free = pages, list(range(pages, 0, -1))

    def resize(self, pages: int) -> None:
        """Allocates all pages anew, in another number. Every outfit must have been given back."""
        assert not self.holders, "pages are in use"
        for layer in self.layers.values():
            layer.rows = None
        self._allocate(pages)

    @property
    def bytes(self) -> int:
        """What all pages take on the device."""
        return self.lanes.numel() * self.lanes.element_size()

    def can_hold(self, adapter: Adapter) -> bool:
        """Whether it is plain LoRA, and every layer that it changes one of the bank's."""
        factors = factors_of(adapter)
        return factors is not None and factors.keys() <= self.layers.keys()

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
        longest = self._rounded(max(map(len, lanes), default=0))
        index = torch.tensor([row + [0] * (longest - len(row)) for row in lanes], dtype=torch.long)
        scales = torch.tensor([row + [0.0] * (longest - len(row)) for row in weights], dtype=self.dtype)
        touched = {name for outfit in company for worn in outfit for name in self.resident[worn.sha256].layers}
        self._dressed.pop(component, None)  # it may fail halfway
        for name, layer in self.layers.items():
            if name.startswith(f"{component}."):
                layer.rows = None
        names = [name for name in touched if name.startswith(f"{component}.")]
        if names:
            if self.static:
                names = [name for name in self.layers if name.startswith(f"{component}.")]
            index, scales = sent(index, self.device), sent(scales, self.device)
            downs = self._gathered(index, [self.columns.down[name] for name in names])
            ups = self._gathered(index, [self.columns.up[name] for name in names], scales)
            for name, down, up in zip(names, downs, ups, strict=True):
                self.layers[name].rows = down, up
        self._dressed[component] = company

    def _rounded(self, ranks: int) -> int:
        if self.static:
            return max(PAGE_RANK, power_of_two(ranks))
        return -(-ranks // BUCKET) * BUCKET

    def _gathered(self, index: Tensor, places: Sequence[slice], scales: Tensor | None = None) -> list[Tensor]:
        """The parts of some lanes that lie in those places, each (rows, n, width): one copy for all of them."""
        first, last = min(place.start for place in places), max(place.stop for place in places)
        part = self.lanes[:, first:last].index_select(0, index.flatten()).view(*index.shape, -1)
        if scales is not None:
            part *= scales.unsqueeze(-1)
        return [part[..., place.start - first : place.stop - first] for place in places]

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

        What an earlier adapter left where this one has no weights is zeroed, also below a block of lower rank than its
        own. Nobody looks at lanes past its rank.
        """
        pages = tuple(self.free[-pages_of(adapter) :])
        packed = self.columns.packed(adapter, self.dtype)
        taken = {(block.columns.start, block.columns.stop) for block in packed.blocks}
        for i, page in enumerate(pages):
            lanes = self.lanes[page * PAGE_RANK : (page + 1) * PAGE_RANK]
            stale = self._written[page] - taken
            self._written[page] |= taken
            for start, stop in stale:
                lanes[:, start:stop].zero_()
            for block in packed.blocks:
                ranks = block.lanes[i * PAGE_RANK : (i + 1) * PAGE_RANK]
                lanes[: len(ranks), block.columns].copy_(ranks, non_blocking=True)
                if len(block.lanes) < adapter.rank:
                    lanes[len(ranks) :, block.columns].zero_()
            self._written[page] = set(taken)
        del self.free[-len(pages) :]
        layers = frozenset(f"{c}.{name}" for c, modules in adapter.components.items() for name in modules)
        self.resident[adapter.sha256] = _Resident(pages, adapter.rank, layers)


def power_of_two(number: int) -> int:
    """The next one from that number on."""
    return 1 << max(0, number - 1).bit_length()


def pages_of(adapter: Adapter) -> int:
    return -(-adapter.rank // PAGE_RANK)
