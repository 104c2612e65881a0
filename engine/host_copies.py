"""Adapters in the host's memory: a cache with a budget, so that a style seldom comes from disk."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping

from torch import Tensor

from adapters.canonical import Adapter, Change
from engine.columns import Columns, PackedAdapter, factors_of
from engine.devices import Placement
from protocol.errors import AdapterRefused


class HostCopies:
    """In the base's number format, and pinned where a GPU copies from them. For many threads.

    Those used longest ago make room for others; one that is larger than the whole budget is not kept.
    """

    def __init__(
        self, read: Callable[[str], Adapter], placement: Placement, budget: int, columns: Columns | None = None
    ) -> None:
        self.read = read
        self.placement = placement
        self.budget = budget
        """In bytes."""
        self.columns = columns
        """Of the bank, which plain LoRA is packed for."""
        self.taken = 0
        self._copies: OrderedDict[str, tuple[Adapter, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, sha256: str) -> Adapter:
        """Raises what `read` raises, and `AdapterRefused` for numbers that the format cannot hold."""
        with self._lock:
            if sha256 in self._copies:
                self._copies.move_to_end(sha256)
                return self._copies[sha256][0]
        adapter = self._converted(self.read(sha256))
        with self._lock:
            self._keep(adapter)
        return adapter

    def _keep(self, adapter: Adapter) -> None:
        size = bytes_of(adapter)
        if size > self.budget or adapter.sha256 in self._copies:
            return
        while self.taken + size > self.budget:
            _, (_, freed) = self._copies.popitem(last=False)
            self.taken -= freed
        self._copies[adapter.sha256] = adapter, size
        self.taken += size

    def _converted(self, adapter: Adapter) -> Adapter:
        factors = factors_of(adapter)
        if self.columns is not None and factors is not None and factors.keys() <= self.columns.down.keys():
            packed = self.columns.packed(adapter, self.placement.dtype, pinned=self._pins)
            self._check(block.lanes for block in packed.blocks)
            return packed
        components = {
            component: {name: change.mapped(self._copy) for name, change in changes.items()}
            for component, changes in adapter.components.items()
        }
        self._check(tensors_of(components))
        return Adapter(adapter.sha256, components)

    def _copy(self, tensor: Tensor) -> Tensor:
        copy = tensor.to(self.placement.dtype)
        return copy.pin_memory() if self._pins else copy

    @property
    def _pins(self) -> bool:
        return self.placement.device.type == "cuda"

    def _check(self, tensors: Iterable[Tensor]) -> None:
        if not all(tensor.isfinite().all() for tensor in tensors):
            raise AdapterRefused(
                f"The adapter holds numbers that are too large for {self.placement.dtype_name}, in which the base runs."
            )


def bytes_of(adapter: Adapter) -> int:
    if isinstance(adapter, PackedAdapter):
        return sum(block.lanes.nbytes for block in adapter.blocks)
    return sum(tensor.nbytes for tensor in tensors_of(adapter.components))


def tensors_of(components: Mapping[str, Mapping[str, Change]]) -> Iterator[Tensor]:
    for changes in components.values():
        for change in changes.values():
            yield from change.tensors


def host_budget(available: int) -> int:
    """What the copies may take together, of the host's free memory in bytes."""
    return min(8 << 30, available // 8)
