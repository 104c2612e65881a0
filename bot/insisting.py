"""Writes what must be written: a database that cannot be written now is tried again, for as long as that takes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.store.database import StoreFailed

log = logging.getLogger(__name__)
AGAIN_SECONDS = 1.0
_Answer = TypeVar("_Answer")


async def insisted(write: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """What it gives in the end; it must be one that may be done twice."""
    while True:
        try:
            return await write()
        except StoreFailed as wrong:
            log.warning("tried again in %g s: %s", AGAIN_SECONDS, wrong.sentence)
            await asyncio.sleep(AGAIN_SECONDS)
