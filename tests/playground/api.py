"""Bare requests to the playground's REST API, and a bare socket to its gateway."""

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from playground.testing import Playground
from tests.playground.answers import check_answer

EVERYTHING = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
NOTHING_PRIVILEGED = EVERYTHING & ~(1 << 1 | 1 << 8 | 1 << 15)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    json: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> int:
        return int(self.json["code"])


class Api:
    """With the bot's token, unless another is given; "" sends none."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.demo = playground.demo
        self.state = playground.state

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: Mapping[str, bytes] | None = None,
        token: str | None = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if token != "":
            sent["Authorization"] = f"Bot {token or self.playground.token}"
        data: Any = raw
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body), content_type="application/json")
            for index, (name, content) in enumerate(files.items()):
                data.add_field(f"files[{index}]", content, filename=name)
        elif body is not None:
            data = json.dumps(body)
            sent["Content-Type"] = "application/json"
        async with self.session.request(method, f"{self.playground.api}{path}", data=data, headers=sent) as answer:
            text = await answer.text()
            found = json.loads(text) if answer.headers.get("Content-Type") == "application/json" else text
            entry = self.state.log.since()[-1]
            if entry.method == method and entry.status == answer.status:
                check_answer(method, entry.route, answer.status, found)
            return Answer(answer.status, found, answer.headers)

    async def send(self, content: str = "hello", *, channel: int | None = None, **body: Any) -> dict[str, Any]:
        """A message in the channel `art`, or another."""
        path = f"/channels/{channel or self.demo.art.id}/messages"
        answer = await self("POST", path, {"content": content} | body)
        assert answer.status == 200, answer.json
        return dict(answer.json)

    def grant(self, *names: str) -> None:
        """The bot may do this everywhere in the first server."""
        from playground.world.permissions import bits

        for role in self.demo.guild.roles.values():
            if role.bot_id == self.demo.app.id:
                role.permissions |= bits(*names)

    @asynccontextmanager
    async def socket(self, query: str = "v=10&encoding=json") -> AsyncIterator["Socket"]:
        async with self.session.ws_connect(f"{self.playground.gateway}?{query}") as socket:
            yield Socket(socket, self.playground.token)

    @asynccontextmanager
    async def session_of(self, intents: int = EVERYTHING, **fields: Any) -> AsyncIterator["Socket"]:
        """A socket that has identified and was told READY and its servers."""
        async with self.socket() as socket:
            await socket.hello()
            await socket.identify(intents, **fields)
            await socket.servers()
            yield socket


class Socket:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.raw = socket
        self.token = token
        self.sequence = 0
        self.ready: dict[str, Any] = {}
        self._inflate = zlib.decompressobj()

    async def receive(self) -> dict[str, Any]:
        """The next payload; a binary one is of a stream of zlib."""
        message = await self.raw.receive(timeout=5)
        assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), (message, self.raw.close_code)
        text = message.data if isinstance(message.data, str) else self._inflate.decompress(message.data).decode()
        payload: dict[str, Any] = json.loads(text)
        self.sequence = payload["s"] or self.sequence
        return payload

    async def send(self, op: int, data: Any = None) -> None:
        await self.raw.send_json({"op": op, "d": data})

    async def hello(self) -> dict[str, Any]:
        payload = await self.receive()
        assert payload["op"] == 10
        return dict(payload["d"])

    async def identify(self, intents: int = EVERYTHING, **fields: Any) -> None:
        properties = {"os": "linux", "browser": "bare", "device": "bare"}
        await self.send(2, {"token": self.token, "intents": intents, "properties": properties} | fields)

    async def servers(self) -> list[dict[str, Any]]:
        """READY, and each server that it names."""
        self.ready = (await self.told("READY"))["d"]
        return [(await self.told("GUILD_CREATE"))["d"] for _ in self.ready["guilds"]]

    async def told(self, name: str) -> dict[str, Any]:
        """The next event, which must be this one."""
        payload = await self.receive()
        assert payload["t"] == name, payload
        return payload

    async def closed(self) -> int | None:
        """The code with which the connection ends, whatever is said before."""
        while (await self.raw.receive(timeout=5)).type not in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.ERROR,
        ):
            pass
        return self.raw.close_code

    async def quiet(self) -> None:
        """Nothing was told but the answer to a heartbeat that is sent now."""
        await self.send(1, self.sequence)
        payload = await self.receive()
        assert payload["op"] == 11, payload
