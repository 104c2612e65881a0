"""Serves a playground at an address of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from playground.app import build
from playground.state import State


@asynccontextmanager
async def serve(state: State, host: str = "127.0.0.1", port: int = 0, address: str | None = None) -> AsyncIterator[str]:
    """Gives its address, without a slash at the end; `address` is that under which others know it, where it is not
    the one it listens at. Port 0 takes one that is free. Raises `OSError` where it cannot listen there."""
    runner = web.AppRunner(build(state), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        taken = runner.addresses[0][1]
        written = f"[{host}]" if ":" in host else host
        state.world.cdn = address or f"http://{written}:{taken}"
        yield state.world.cdn
    finally:
        await runner.cleanup()
