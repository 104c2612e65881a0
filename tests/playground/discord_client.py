"""A real client of discord.py, connected to a playground in the same process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from playground.testing import Playground


@asynccontextmanager
async def connected(playground: Playground, **options: Any) -> AsyncIterator[discord.Client]:
    """Ready, with everything cached. Its library is pointed at the playground meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", playground.api)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(playground.gateway))
        kind = options.pop("kind", discord.Client)
        client = kind(**{"intents": discord.Intents.all(), "guild_ready_timeout": 0.05} | options)
        ready = asyncio.Event()

        async def on_ready() -> None:
            ready.set()

        client.event(on_ready)
        async with client:
            await client.login(playground.token)
            connecting = asyncio.create_task(client.connect(reconnect=True))
            waiting = asyncio.create_task(ready.wait())
            await asyncio.wait([connecting, waiting], timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if connecting.done():
                await connecting  # says why there is no connection
            assert waiting.done(), "the client was not ready in time"
            try:
                yield client
            finally:
                await client.close()
                await asyncio.wait([connecting])


async def heard(
    client: discord.Client, event: str, doing: Awaitable[Any], check: Callable[..., bool] | None = None
) -> Any:
    """What the next event of that name brings, while `doing` is done."""
    waiting = asyncio.ensure_future(client.wait_for(event, check=check, timeout=10))
    await asyncio.sleep(0)
    await doing
    return await waiting
