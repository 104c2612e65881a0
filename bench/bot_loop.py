"""What runs on an event loop, and for how long: the processor time of every callback, and how late timers are."""

import asyncio
import asyncio.events
import gc
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

SLOW_SECONDS = 0.02
"""Of a callback, from which on it is looked at where it is."""
LAG_EVERY = 0.01


class LoopInstrument:
    """Put in once, before the loop runs. `report` gives what was seen since `begin`."""

    def __init__(self) -> None:
        self._began = 0.0
        self._now = ""
        self.begin()
        self._main = threading.get_ident()
        self._gc_began = 0.0

    def begin(self) -> None:
        """Forgets what was seen."""
        self._callbacks = 0
        self._busy = 0.0
        self._slowest: list[tuple[float, float, str]] = []
        """Processor seconds, seconds, and what it was."""
        self._longest = 0.0
        self._lags: list[float] = []
        self._collections: list[float] = []
        self._since = time.monotonic()

    def install(self) -> None:
        run: Callable[[asyncio.Handle], None] = asyncio.events.Handle._run

        def measured(handle: asyncio.Handle) -> None:
            what, self._now = handle._callback, ""  # type: ignore[attr-defined]
            self._began = began = time.perf_counter()
            cpu = time.thread_time()
            run(handle)
            cpu, took = time.thread_time() - cpu, time.perf_counter() - began
            self._began = 0.0
            self._callbacks += 1
            self._busy += cpu
            self._longest = max(self._longest, cpu)
            if cpu > SLOW_SECONDS or took > 2 * SLOW_SECONDS:
                self._note(cpu, took, what)

        asyncio.events.Handle._run = measured  # type: ignore[method-assign,assignment]
        gc.callbacks.append(self._collected)
        threading.Thread(target=self._look, daemon=True).start()

    async def watch(self) -> None:
        """Until it is cancelled: how much later than asked for the loop wakes up."""
        while True:
            asked = time.perf_counter() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self._lags.append(max(0.0, time.perf_counter() - asked))

    def report(self) -> dict[str, Any]:
        """All in seconds."""
        lags, seconds = sorted(self._lags), time.monotonic() - self._since
        return {
            "callbacks": self._callbacks,
            "busy": self._busy / seconds,
            "longest": self._longest,
            "slowest": sorted(self._slowest, reverse=True)[:8],
            "lag_p99": lags[int(len(lags) * 0.99)] if lags else 0.0,
            "lag_most": lags[-1] if lags else 0.0,
            "collection_most": max(self._collections, default=0.0),
            "seconds": seconds,
        }

    def _note(self, cpu: float, took: float, what: object) -> None:
        self._slowest.append((cpu, took, f"{named(what)} {self._now}".strip()))
        if len(self._slowest) > 1000:
            self._slowest = sorted(self._slowest, reverse=True)[:100]

    def _collected(self, phase: str, info: dict[str, int]) -> None:
        if threading.get_ident() != self._main:
            return
        if phase == "start":
            self._gc_began = time.perf_counter()
        else:
            self._collections.append(time.perf_counter() - self._gc_began)

    def _look(self) -> None:
        """Where a slow callback is, while it runs."""
        while True:
            time.sleep(SLOW_SECONDS / 2)
            if self._began and time.perf_counter() - self._began > SLOW_SECONDS and not self._now:
                self._now = _where(sys._current_frames().get(self._main))


def named(callback: Any) -> str:
    """A task by its coroutine, anything else by itself."""
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return str(getattr(owner.get_coro(), "__qualname__", owner))
    return str(getattr(callback, "__qualname__", callback))[:80]


def _where(frame: FrameType | None) -> str:
    """The innermost calls, the last first."""
    found: list[str] = []
    while frame is not None and len(found) < 6:
        code = frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return "in " + " < ".join(found)
