"""A verb that ends the way its first word says."""

import asyncio

from protocol.errors import AdapterRefused, Cancelled, EngineGone, InvalidRequest
from protocol.errors import StyleSealError as Error

ERRORS: dict[str, Error] = {
    "invalid": InvalidRequest("steps must be less."),
    "adapter": AdapterRefused("This file is not a LoRA."),
    "gone": EngineGone("The engine stopped."),
    "cancelled": Cancelled("Taken back."),
    "lines": InvalidRequest("The first is wrong.\nSo is the second."),
}


def command(how: str) -> None:
    """Fail, the way it is told."""
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "bug":
        raise ZeroDivisionError("a bug")
    if how == "task":
        asyncio.run(_in_a_task())
    if how in ERRORS:
        raise ERRORS[how]


async def _in_a_task() -> None:
    async def die() -> None:
        raise EngineGone("The engine stopped in a task.")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(die())
