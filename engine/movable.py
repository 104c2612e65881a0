"""Weights that lie in the host's memory while nobody computes with them, so that a small GPU has room for the rest."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Movable:
    """The weights of some modules, and of every view that shares them. They are read only: what is on the device is a
    copy, and is forgotten rather than brought back. For one thread."""

    def __init__(self, modules: Iterable[nn.Module], device: torch.device) -> None:
        self.device = device
        tensors = {id(t): t for module in modules for t in (*module.parameters(), *module.buffers())}
        self._kept: list[tuple[Tensor, Tensor]] = [(tensor, self._on_host(tensor)) for tensor in tensors.values()]
        self._users = 0

    @property
    def bytes(self) -> int:
        return sum(host.nbytes for _, host in self._kept)

    def leave(self) -> None:
        """The device has them no longer."""
        for tensor, host in self._kept:
            tensor.data = host

    def come(self) -> None:
        """They are on the device, all of them or, where they do not fit, none."""
        try:
            for tensor, host in self._kept:
                tensor.data = self._on_device(host)
        except BaseException:
            self.leave()
            raise

    @contextmanager
    def there(self) -> Iterator[None]:
        """On the device as long as this lasts, and whatever else it is nested in."""
        if not self._users:
            self.come()
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self.leave()

    def _on_host(self, tensor: Tensor) -> Tensor:
        """Pinned where a GPU copies from it; a copy comes across faster then."""
        host = tensor.detach().cpu()
        return host.pin_memory() if self.device.type == "cuda" else host

    def _on_device(self, host: Tensor) -> Tensor:
        return host.to(self.device, non_blocking=True)
