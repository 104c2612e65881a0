"""Every place at which a bot is killed: before and after each public asynchronous method that a job passes through."""

import inspect
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from functools import wraps
from pathlib import Path
from typing import Any

from bot.agenda import Agenda
from bot.asking import Asking
from bot.collecting import Collecting
from bot.delivery import Delivery
from bot.desk import Desk
from bot.link import EngineLink
from bot.outbox import Courier
from bot.post import Post
from bot.store.agenda import AgendaStore
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.pictures import Pictures

CLASSES = (Asking, Jobs, Post, Pictures, Desk, EngineLink, Delivery, Outbox, Courier, Collecting, AgendaStore, Agenda)
SIDES = ("before", "after")


def methods() -> list[str]:
    """`Class.method` of each."""
    return [
        f"{owner.__name__}.{name}"
        for owner in CLASSES
        for name, method in vars(owner).items()
        if not name.startswith("_") and (inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method))
    ]


def armed_by(file: Path) -> None:
    """From now on this process kills itself at the point that the file has, such as `Jobs.add:before`. The file is
    renamed first, so that it happens once and can be seen to have happened."""

    def pass_by(point: str) -> None:
        if file.is_file() and file.read_text() == point:
            file.rename(reached(file, point))
            os.kill(os.getpid(), signal.SIGKILL)

    owners = {owner.__name__: owner for owner in CLASSES}
    for point in methods():
        owner, _, name = point.partition(".")
        method = vars(owners[owner])[name]
        wrap = _events if inspect.isasyncgenfunction(method) else _call
        setattr(owners[owner], name, wrap(method, point, pass_by))


def reached(file: Path, point: str) -> Path:
    """What the file is renamed to."""
    return file.with_name(f"reached {point}")


Method = Callable[..., Coroutine[Any, Any, Any]]
Events = Callable[..., Any]


def _call(method: Method, point: str, pass_by: Callable[[str], None]) -> Method:
    @wraps(method)
    async def called(*given: Any, **named: Any) -> Any:
        pass_by(f"{point}:before")
        answer = await method(*given, **named)
        pass_by(f"{point}:after")
        return answer

    return called


def _events(method: Events, point: str, pass_by: Callable[[str], None]) -> Events:
    """Of an iterator: before it begins, and after the first it gives."""

    @wraps(method)
    async def called(*given: Any, **named: Any) -> AsyncIterator[Any]:
        pass_by(f"{point}:before")
        async with aclosing(method(*given, **named)) as events:
            async for event in events:
                pass_by(f"{point}:after")
                yield event

    return called
