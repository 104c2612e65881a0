"""Adapters in the host's memory: a cache with a budget, so that a style seldom comes from disk."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from torch import Tensor

from engine.adapter import Adapter, Change, Factors, Kronecker
from engine.devices import Placement
from protocol.errors import AdapterRefused


class HostCopies:
    """In the base's number format, and pinned where a GPU copies from them. For many threads.

    Those used longest ago make room for others; one that is larger than the whole budget is not kept.
    """

    def __init__(self, read: Callable[[str], Adapter], placement: Placement, budget: int) -> None:
        self.read = read
        self.placement = placement
        self.budget = budget
        """In bytes."""
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
        return Adapter(
            adapter.sha256,
            {
                component: {name: self._copied(change) for name, change in changes.items()}
                for component, changes in adapter.components.items()
            },
        )

    def _copied(self, change: Change) -> Change:
        """`up` lies in memory as a bank's page takes it, rank by rank; its shape stays."""
        if isinstance(change, Kronecker):
            return Kronecker(self._copy(change.w1), self._copy(change.w2))
        ranks = self._copy(change.up.flatten(1).T.contiguous())
        magnitude = None if change.magnitude is None else self._copy(change.magnitude)
        return Factors(self._copy(change.down), ranks.T.view(change.up.shape), magnitude)

    def _copy(self, tensor: Tensor) -> Tensor:
        copy = tensor.to(self.placement.dtype)
        if not copy.isfinite().all():
            raise AdapterRefused(
                f"The adapter holds numbers that are too large for {self.placement.dtype_name}, in which the base runs."
            )
        return copy.pin_memory() if self.placement.device.type == "cuda" else copy


def bytes_of(adapter: Adapter) -> int:
    return sum(
        tensor.numel() * tensor.element_size()
        for changes in adapter.components.values()
        for change in changes.values()
        for tensor in change.tensors
    )


def host_budget(available: int) -> int:
    """What the copies may take together, of the host's free memory in bytes."""
    return min(8 << 30, available // 8)
