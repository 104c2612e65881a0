"""Polls end when their time is over."""

import asyncio
from datetime import datetime

from playground.world.events import Event
from playground.world.surroundings import close_poll
from playground.world.world import World


class Polls:
    """For one event loop. `watch` must be running for them to end by themselves."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begun: asyncio.Queue[tuple[int, int, float]] = asyncio.Queue()
        """Channel, message, and when it is to end."""
        world.listeners.append(self._hear)

    async def watch(self) -> None:
        async with asyncio.TaskGroup() as waiting:
            while True:
                waiting.create_task(self._end(*await self._begun.get()))

    async def _end(self, channel: int, id: int, at: float) -> None:
        await self._world.clock.until(at)
        if (message := self._world.messages.get(channel, {}).get(id)) is not None:
            close_poll(self._world, message)

    def _hear(self, event: Event) -> None:
        if event.name == "MESSAGE_CREATE" and (poll := event.data.get("poll")):
            ends = datetime.fromisoformat(poll["expiry"]).timestamp()
            self._begun.put_nowait((int(event.data["channel_id"]), int(event.data["id"]), ends))
