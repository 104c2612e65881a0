"""The painter: what it does while nobody wants anything, and that nobody's failure keeps others waiting."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from adapters.canonical import Adapter
from engine import painter
from engine.base import Base
from engine.jobs import Jobs
from engine.movable import Movable
from engine.painter import Painter
from engine.settings import EngineSettings
from engine.shelf import Shelf
from engine.worker import IN_FLIGHT
from protocol.errors import Cancelled, EngineBusy
from protocol.events import Completed, Event, Failed, Progress
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest


@asynccontextmanager
async def running(own: Painter) -> AsyncIterator[None]:
    task = asyncio.create_task(own.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def last_event(own: Painter, **fields: Any) -> Event:
    """What a small job hears at last."""
    usual: dict[str, Any] = {"prompt": "a cat", "steps": 1, "seed": 1, "width": 64, "height": 64}
    request = PaintRequest(**usual | fields)
    job = own.jobs.take_in(PaintOrder(request=request), request.with_defaults(own.worker.base.defaults))
    with own.jobs.follow(job) as events:
        async with asyncio.timeout(60):
            return [event async for event in events][-1]


async def test_memory_goes_back_after_a_while_without_work_and_the_next_job_is_painted(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "IDLE_SECONDS", 0.05)
    own = Painter(base, Shelf(tmp_path, base), Jobs(4), EngineSettings(data=tmp_path, idle_unload=0.01))
    chores, rested, loop = list[str](), asyncio.Event(), asyncio.get_running_loop()

    def done(name: str, chore: Callable[[], None]) -> None:
        chore()
        chores.append(name)
        if name == "sleep":
            loop.call_soon_threadsafe(rested.set)

    for name in ("tidy", "sleep", "wake"):
        monkeypatch.setattr(own.worker, name, partial(done, name, getattr(own.worker, name)))
    async with running(own):
        await asyncio.wait_for(rested.wait(), 30)
        assert isinstance(await last_event(own), Completed)
    assert chores[:3] == ["tidy", "sleep", "wake"]


async def test_a_job_for_whom_the_device_has_no_room_is_told_so_and_the_next_is_painted(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Painter(base, Shelf(tmp_path, base), Jobs(4), EngineSettings(data=tmp_path))
    own.worker.sleep()
    async with running(own):
        with monkeypatch.context() as full:
            full.setattr(Movable, "_on_device", lambda *_: torch.empty(1 << 60))
            full.setattr(torch, "OutOfMemoryError", RuntimeError)  # what a CPU raises instead
            refused = await last_event(own)
        assert isinstance(refused, Failed)
        assert isinstance(refused.error, EngineBusy)
        assert isinstance(await last_event(own, seed=2), Completed)


async def test_a_job_of_as_many_pictures_as_may_be_in_flight_that_fails_early_leaves_room_for_the_next(
    base: Base, tmp_path: Path
) -> None:
    own = Painter(base, Shelf(tmp_path, base), Jobs(4), EngineSettings(data=tmp_path))
    async with running(own):
        missing = AdapterUse("0" * 64)  # which was there when it was asked for
        assert isinstance(await last_event(own, adapters=(missing,), count=IN_FLIGHT), Failed)
        assert isinstance(await last_event(own), Completed)


async def test_a_chore_that_fails_does_not_end_the_engine(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "IDLE_SECONDS", 0.01)
    failed, loop = asyncio.Event(), asyncio.get_running_loop()
    own = Painter(base, Shelf(tmp_path, base), Jobs(4), EngineSettings(data=tmp_path))

    def tidy() -> None:
        loop.call_soon_threadsafe(failed.set)
        raise MemoryError

    monkeypatch.setattr(own.worker, "tidy", tidy)
    async with running(own):
        await asyncio.wait_for(failed.wait(), 30)
        assert isinstance(await last_event(own), Completed)


async def test_a_job_that_is_cancelled_while_its_adapters_are_read_is_never_painted(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, reading, go_on = Jobs(4), threading.Event(), threading.Event()
    own = Painter(base, Shelf(tmp_path, base), jobs, EngineSettings(data=tmp_path))
    adapter = Adapter("0" * 64, {})

    def get(_: str) -> Adapter:
        reading.set()
        assert go_on.wait(30)
        return adapter

    monkeypatch.setattr(own.copies, "get", get)
    styled = PaintRequest(prompt="a cat", steps=1, seed=1, adapters=(AdapterUse(adapter.sha256),))
    async with running(own):
        given_up = jobs.take_in(PaintOrder(request=styled), styled.with_defaults(base.defaults))
        with jobs.follow(given_up):
            assert await asyncio.to_thread(reading.wait, 30)
        go_on.set()
        assert isinstance(await last_event(own), Completed)
        async with asyncio.timeout(30):
            while given_up.done_at is None:
                await given_up.changed.wait()
    assert given_up.events[-1] == Failed(Cancelled("The request was cancelled."))
    assert not any(isinstance(event, Progress) for event in given_up.events)
