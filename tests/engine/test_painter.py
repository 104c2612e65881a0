"""The painter: what it does while nobody wants anything."""

import asyncio
from pathlib import Path

import pytest

from engine import painter
from engine.base import Base
from engine.jobs import Jobs
from engine.painter import Painter
from engine.shelf import Shelf
from protocol.events import Completed
from protocol.order import PaintOrder
from protocol.paint import PaintRequest


async def test_memory_goes_back_after_a_while_without_work_and_the_next_job_is_painted(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "IDLE_SECONDS", 0.05)
    jobs = Jobs(4)
    own = Painter(base, Shelf(tmp_path, base), jobs)
    rested = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(own.worker, "rest", lambda: loop.call_soon_threadsafe(rested.set))
    running = asyncio.create_task(own.run())
    try:
        await asyncio.wait_for(rested.wait(), 30)
        request = PaintRequest(prompt="a cat", steps=1, seed=1, width=64, height=64)
        job = jobs.take_in(PaintOrder(request=request), request.with_defaults(base.defaults))
        with jobs.follow(job) as events:
            async with asyncio.timeout(60):
                heard = [event async for event in events]
        assert isinstance(heard[-1], Completed)
    finally:
        running.cancel()
        await asyncio.wait([running])
