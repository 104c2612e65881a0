"""The WebSocket that tells a page what its person sees happen."""

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

from playground.control import views
from playground.interactions.errors import Refused
from playground.interactions.person import Person
from playground.log import Entry
from playground.state import State
from playground.world.events import Event

_QUEUE = 10_000
"""Events for a page that does not read; past it the page is cut off."""


class Streams:
    """All that are open. Hears what happens for as long as the playground runs."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._open: list[_Stream] = []
        state.world.listeners.append(self._hear)
        state.log.listeners.append(self._hear_request)
        state.gateway.listeners.append(self._hear_bot)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._person(request)
        except Refused as refused:
            return web.json_response({"error": refused.sentence}, status=refused.status)
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        stream = _Stream(person)
        self._open.append(stream)
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(stream.send_to(socket))
                async for message in socket:
                    if message.type is WSMsgType.ERROR:
                        break
                sending.cancel()
        finally:
            self._open.remove(stream)
        return socket

    async def close(self, _: web.Application) -> None:
        """The playground ends."""
        for stream in list(self._open):
            stream.cut()

    def _person(self, request: web.Request) -> Person:
        asked = request.query.get("as", "")
        users = self._state.world.users
        user = users.get(int(asked)) if asked.isdecimal() else next(one for one in users.values() if not one.bot)
        if user is None or user.bot:
            raise Refused("There is no such person.")
        return Person(self._state.world, user)

    def _hear(self, event: Event) -> None:
        common: str | None = None
        for stream in self._open:
            data = seen(stream.person, event)
            if data is event.data:  # most see the very same: it is written once for all of them
                common = common or _written(event.name, data)
                stream.put(common)
            elif data is not None:
                stream.put(_written(event.name, data))

    def _hear_request(self, entry: Entry) -> None:
        self._tell_all("REQUEST", entry.to_json())

    def _hear_bot(self, application_id: int, connected: bool) -> None:
        self._tell_all("BOT", {"application": str(application_id), "connected": connected})

    def _tell_all(self, name: str, data: dict[str, Any]) -> None:
        text = _written(name, data)
        for stream in self._open:
            stream.put(text)


class _Stream:
    def __init__(self, person: Person) -> None:
        self.person = person
        self._events: asyncio.Queue[str | None] = asyncio.Queue()

    def put(self, event: str) -> None:
        if self._events.qsize() < _QUEUE:
            self._events.put_nowait(event)
        else:
            self.cut()

    def cut(self) -> None:
        """Once all before it was sent."""
        self._events.put_nowait(None)

    async def send_to(self, socket: web.WebSocketResponse) -> None:
        try:
            while (event := await self._events.get()) is not None:
                await socket.send_str(event)
            await socket.close()
        except ConnectionError:
            return


def seen(person: Person, event: Event) -> dict[str, Any] | None:
    """An event's data as that person sees it; None where they do not."""
    world, user = person.world, person.user
    if event.only_for is not None:
        if event.only_for != user.id:
            return None
    elif event.application_id is not None:
        return None  # between Discord and a bot
    if event.channel_id is not None and event.only_for is None:
        channel = _channel(person, event)
        if channel is None or not person.sees(channel):
            return None
    elif event.guild_id is not None and user.id not in world.guild(event.guild_id).members:
        return None
    if not event.name.startswith("MESSAGE_") or "author" not in event.data:
        return event.data
    message = world.messages.get(int(event.data["channel_id"]), {}).get(int(event.data["id"]))
    if message is None or message.dismissed:
        return None
    if not (message.is_ephemeral or message.reactions or message.poll):
        return event.data
    return event.data | views.message(person, message)


def _written(name: str, data: dict[str, Any]) -> str:
    return json.dumps({"name": name, "data": data})


def _channel(person: Person, event: Event) -> Any:
    """None for one that is gone."""
    world = person.world
    assert event.channel_id is not None
    if event.guild_id is not None:
        guild = world.guilds.get(event.guild_id)
        return None if guild is None else guild.channels.get(event.channel_id)
    return world.direct.get(event.channel_id)
