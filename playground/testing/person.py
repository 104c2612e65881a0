"""Somebody in a test's playground: acts, and sees what happens."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp

from playground.testing import options as typed
from playground.testing.client import Client, Refusal
from playground.testing.used import Used

Json = dict[str, Any]


class HasId(Protocol):
    @property
    def id(self) -> int: ...


class Person:
    """Sees from the first thing done on; `open` or `async with` begins it at once. Each act raises `Refusal`."""

    def __init__(self, client: Client, id: int) -> None:
        self._client = client
        self.id = id
        self.events: list[Json] = []
        """All that was seen so far: {name, data}."""
        self._more = asyncio.Condition()
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        async with self._opening:
            if self._reading is None:
                address = f"{self._client.url}/control/stream?as={self.id}"
                socket = await self._client.session.ws_connect(address, max_msg_size=0)
                self._reading = asyncio.create_task(self._read(socket))

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
            self._reading = None

    # What they see.

    async def event(
        self, names: str | tuple[str, ...], fits: Callable[[Json], bool], *, since: int = 0, seconds: float = 5.0
    ) -> Json:
        """The data of the first event that fits, after the first `since` ones. Raises `AssertionError` with what was
        seen instead."""
        wanted = (names,) if isinstance(names, str) else names
        await self.open()
        at = since
        try:
            async with asyncio.timeout(seconds), self._more:
                while True:
                    for event in self.events[at:]:
                        if event["name"] in wanted and fits(event["data"]):
                            return dict(event["data"])
                    at = len(self.events)
                    await self._more.wait()
        except TimeoutError:
            told = "\n".join(f"  {event['name']} {str(event['data'])[:300]}" for event in self.events[since:])
            raise AssertionError(f"no {' or '.join(wanted)} like that within {seconds} s; seen:\n{told}") from None

    async def world(self) -> Json:
        return dict(await self._client.get("world", **{"as": str(self.id)}))

    async def messages(self, channel: HasId, **query: str) -> list[Json]:
        return list(await self._client.get("messages", **{"as": str(self.id), "channel": str(channel.id)}, **query))

    async def commands(self, channel: HasId) -> list[Json]:
        return list(await self._client.get("commands", **{"as": str(self.id), "channel": str(channel.id)}))

    # What they do.

    async def run(self, channel: HasId, name: str, /, **given: Any) -> Used:
        """A slash command, `name` with its group and subcommand; files are bytes, paths or (name, bytes)."""
        return await self._use("run", **await self._typed(channel, name, given))

    async def complete(self, channel: HasId, name: str, focused: str, /, **given: Any) -> list[Json]:
        """What the bot offers for the option `focused`, of which `given` has what was typed so far."""
        body = await self._typed(channel, name, {focused: "", **given}, focused)
        return list((await self.post("complete", **body))["choices"])

    async def menu(self, channel: HasId, name: str, target: HasId | Json) -> Used:
        """A command of the menu of a person or of a message."""
        command = typed.find(await self.commands(channel), name, (2, 3))
        return await self._use("menu", channel=str(channel.id), command=command["id"], target=id_of(target))

    async def click(self, message: Json, button: str) -> Used:
        """`button` is its custom_id or what is written on it."""
        return await self._component("click", message, typed.component(message, button)["custom_id"])

    async def select(self, message: Json, menu: str, *values: Any) -> Used:
        """`menu` is its custom_id or its placeholder; of options the value or what is written there."""
        found = typed.component(message, menu)
        return await self._component("select", message, found["custom_id"], values=typed.chosen(found, values))

    async def submit(self, form: Json, /, **fields: Any) -> Used:
        """Fields by custom_id; files are bytes, paths or (name, bytes), alone or in a list."""
        filled = {name: await self._field(value) for name, value in fields.items()}
        return await self._use("submit", modal=form["modal"], fields=filled)

    async def upload(self, file: bytes | Path | tuple[str, bytes]) -> str:
        name, data = typed.file(file)
        return await self._client.upload(name, data)

    async def say(self, channel: HasId, content: str = "", *files: Any, reply_to: Json | None = None) -> Json:
        uploads = [await self.upload(file) for file in files]
        answered = None if reply_to is None else reply_to["id"]
        body = {"channel": str(channel.id), "content": content, "files": uploads, "reply_to": answered}
        return dict(await self.post("say", **body))

    async def post(self, path: str, /, **body: Any) -> Any:
        """Any request of the control surface."""
        return await self._client.post(path, **{"as": str(self.id)}, **body)

    async def _typed(self, channel: HasId, name: str, given: Json, focused: str | None = None) -> Json:
        command = typed.find(await self.commands(channel), name.split(" ")[0], (1,))
        leaf = typed.leaf(command, name.split(" ")[1:])
        files = {key: await self.upload(value) for key, value in given.items() if typed.is_file(leaf, key)}
        plain = {key: value for key, value in given.items() if key not in files}
        options = typed.options(leaf, plain, focused)
        nested = typed.nested(command, name.split(" ")[1:], options)
        return {"channel": str(channel.id), "command": command["id"], "options": nested, "files": files}

    async def _field(self, value: Any) -> Any:
        if isinstance(value, bytes | Path | tuple):
            return [await self.upload(value)]
        if isinstance(value, list):
            return [await self.upload(one) if isinstance(one, bytes | Path | tuple) else id_of(one) for one in value]
        return value if isinstance(value, str | bool) or value is None else [id_of(value)]

    async def _component(self, act: str, message: Json, custom_id: str, **more: Any) -> Used:
        place = {"channel": message["channel_id"], "message": message["id"], "custom_id": custom_id}
        return await self._use(act, source=message["id"], **place, **more)

    async def _use(self, act: str, source: str | None = None, **body: Any) -> Used:
        await self.open()
        since = len(self.events)
        answer = await self.post(act, **body)
        return Used(self, answer["interaction"], answer["nonce"], since, source)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                async with self._more:
                    self.events.append(message.json())
                    self._more.notify_all()
        finally:
            await socket.close()


def id_of(value: Any) -> str:
    """Of whatever has an id."""
    if isinstance(value, dict):
        return str(value["id"])
    return str(getattr(value, "id", value))


__all__ = ["Person", "Refusal", "id_of"]
