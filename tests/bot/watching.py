"""Running what sees to an engine while a test looks at it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.link import EngineLink
from bot.presence import Presence

SECONDS = 20.0
"""Longer than anything here takes on a busy machine."""


@asynccontextmanager
async def watched(presence: Presence) -> AsyncIterator[asyncio.Task[None]]:
    """While it runs; what `run` raises is left in the task."""
    task = asyncio.create_task(presence.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():  # noqa: ASYNC110 - of what another process does, no event tells
            await asyncio.sleep(0.01)


async def linked(presence: Presence) -> EngineLink:
    return await asyncio.wait_for(presence.link(), SECONDS)
