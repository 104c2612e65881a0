"""How far the painting thread may run ahead of a GPU, which computes what it was told long after it was told.

One step ahead keeps the GPU busy; more would make a newcomer wait for steps that were queued before it came.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

AHEAD = 1
Note = Callable[[float], None]


class Pace:
    """For one thread and one device."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._queued: deque[tuple[Any, Any, Note]] = deque()

    @contextmanager
    def step(self, note: Note) -> Iterator[None]:
        """Around what queues one step. `note` hears how many seconds the device took, now or at a later step."""
        if self.device.type != "cuda":
            started = time.perf_counter()
            yield
            if self.device.type == "mps":
                torch.mps.synchronize()
            note(time.perf_counter() - started)
            return
        while len(self._queued) > AHEAD:
            self._await_oldest()
        event: Any = torch.cuda.Event  # which has no types
        begun, ended = event(enable_timing=True), event(enable_timing=True)
        stream = torch.cuda.current_stream(self.device)
        begun.record(stream)
        yield
        ended.record(stream)
        self._queued.append((begun, ended, note))

    def _await_oldest(self) -> None:
        begun, ended, note = self._queued.popleft()
        ended.synchronize()
        note(begun.elapsed_time(ended) / 1000)
