"""How one lane of the bank lies in memory: a row of numbers with a place in it for every layer.

Of each component (UNet, text encoders) come first all `down` vectors, then all `up`, and layers that adapters usually
change together are neighbours: so an adapter is a few unbroken blocks, and putting it on is a few copies.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from adapters.canonical import Adapter, Factors

KINDS = (("attn",), ("ff.", "mlp."), ("proj_in", "proj_out"))
"""Parts of layers' names: what nearly every trainer changes, what most do, and so on."""
_FILLED = 4
"""Times its own numbers that an adapter may take where all its layers are filled up to its rank."""


@dataclass(frozen=True, slots=True)
class Block:
    """An unbroken part of some lanes: (ranks, width) in the columns from `start` on; zeros are in those that follow."""

    start: int
    lanes: Tensor

    @property
    def columns(self) -> slice:
        return slice(self.start, self.start + self.lanes.shape[1])


@dataclass(frozen=True, slots=True)
class PackedAdapter(Adapter):
    """One whose factors are parts of blocks, as the pages of a bank with these columns take them."""

    columns: "Columns"
    blocks: tuple[Block, ...]


class Columns:
    """`widths` gives inputs and outputs of each layer, by `<component>.<name>`."""

    def __init__(self, widths: Mapping[str, tuple[int, int]]) -> None:
        self.down: dict[str, slice] = {}
        self.up: dict[str, slice] = {}
        """Where a layer's vectors lie."""
        self.width = 0
        for component in dict.fromkeys(name.partition(".")[0] for name in widths):
            own = sorted((name for name in widths if name.startswith(f"{component}.")), key=kind_of)
            for places, side in ((self.down, 0), (self.up, 1)):
                for name in own:
                    places[name] = slice(self.width, self.width + widths[name][side])
                    self.width = places[name].stop

    def packed(self, adapter: Adapter, dtype: torch.dtype, pinned: bool = False) -> PackedAdapter:
        """The adapter with its factors in blocks of that format; as it is, if it was packed so before.

        Layers of lower rank than others are filled up with zeros, where that is not much; otherwise layers are in one
        block with such as have about their rank. It must be plain LoRA over these layers.
        """
        if isinstance(adapter, PackedAdapter) and adapter.columns is self:
            return adapter
        factors = factors_of(adapter)
        assert factors is not None, "only plain LoRA can be packed"
        blocks = tuple(
            Block(run.start, torch.zeros(rank, run.stop - run.start, dtype=dtype, pin_memory=pinned))
            for rank, names in _by_rank(factors)
            for run in unbroken(places[name] for name in names for places in (self.down, self.up))
        )
        components: dict[str, dict[str, Factors]] = {}
        for name, pair in factors.items():
            component, _, inner = name.partition(".")
            down = part_of(blocks, self.down[name])[: pair.rank].view(pair.down.shape)
            up = part_of(blocks, self.up[name])[: pair.rank].T.view(pair.up.shape)
            components.setdefault(component, {})[inner] = Factors(down.copy_(pair.down), up.copy_(pair.up))
        return PackedAdapter(adapter.sha256, components, self, blocks)


def _by_rank(factors: Mapping[str, Factors]) -> Iterator[tuple[int, list[str]]]:
    """The layers that are filled up to one rank, with it: all, or those between the same powers of two."""
    numbers = {name: pair.down.numel() + pair.up.numel() for name, pair in factors.items()}
    highest = max((pair.rank for pair in factors.values()), default=0)
    filled = sum(numbers[name] * highest // pair.rank for name, pair in factors.items())
    if filled <= _FILLED * sum(numbers.values()):
        yield highest, list(factors)
        return
    alike: dict[int, list[str]] = {}
    for name, pair in factors.items():
        alike.setdefault((pair.rank - 1).bit_length(), []).append(name)
    for names in alike.values():
        yield max(factors[name].rank for name in names), names


def part_of(blocks: Iterable[Block], columns: slice) -> Tensor:
    """What lies in those columns, (ranks, width), in whichever block has them."""
    block = next(block for block in blocks if block.start <= columns.start < block.columns.stop)
    return block.lanes[:, columns.start - block.start : columns.stop - block.start]


def factors_of(adapter: Adapter) -> dict[str, Factors] | None:
    """By `<component>.<module>`; None where it is not plain LoRA."""
    if (components := adapter.plain()) is None:
        return None
    return {f"{c}.{name}": pair for c, modules in components.items() for name, pair in modules.items()}


def kind_of(name: str) -> int:
    return next((i for i, parts in enumerate(KINDS) if any(part in name for part in parts)), len(KINDS))


def unbroken(columns: Iterable[slice]) -> Iterator[slice]:
    """The same columns in as few pieces as possible, from left to right."""
    run: slice | None = None
    for own in sorted(columns, key=lambda columns: columns.start):
        if run is not None and run.stop == own.start:
            run = slice(run.start, own.stop)
            continue
        if run is not None:
            yield run
        run = own
    if run is not None:
        yield run
