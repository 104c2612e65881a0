"""Blocking calls in a thread that nobody waits for at the end: a disk or a name server that does not answer must not
keep the doctor."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(call: Callable[[], T]) -> T:
    """What the call gives or raises. Cancelled, it leaves the call alone with itself."""
    loop = asyncio.get_running_loop()
    given: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, wrong: BaseException | None) -> None:
        if given.done():
            return
        if wrong is not None:
            given.set_exception(wrong)
        else:
            given.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        try:
            done: tuple[T | None, BaseException | None] = (call(), None)
        except Exception as wrong:
            done = (None, wrong)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, *done)

    threading.Thread(target=work, name="aside", daemon=True).start()
    return await given


def new_loop() -> asyncio.AbstractEventLoop:
    """An event loop that looks names up aside: its own threads for that are waited for when the process ends."""
    loop = asyncio.new_event_loop()

    async def getaddrinfo(host: Any, port: Any, **options: Any) -> Any:
        return await aside(lambda: socket.getaddrinfo(host, port, **options))

    loop.getaddrinfo = getaddrinfo  # type: ignore[method-assign]
    return loop
