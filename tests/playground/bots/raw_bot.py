"""A bot that is nothing but its requests and what the gateway tells it, for what no library would send."""

import asyncio
from types import TracebackType
from typing import Any, Self

import aiohttp

from playground.testing import Playground

Json = dict[str, Any]


class RawBot:
    """Connected from `async with` on."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._heard: asyncio.Queue[Json] = asyncio.Queue()
        self._id = playground.demo.app.id

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(f"{self._playground.gateway}?v=10&encoding=json")
        await self._socket.receive_json()
        properties = {"os": "linux", "browser": "raw", "device": "raw"}
        identify = {"token": self._playground.token, "intents": 1 | 1 << 9 | 1 << 12, "properties": properties}
        await self._socket.send_json({"op": 2, "d": identify})
        self._reading = asyncio.create_task(self._read())
        await self.told("READY")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()
        await self._session.close()

    async def leave(self) -> None:
        """The gateway; requests are still sent."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        await self._socket.close()

    async def told(self, name: str) -> Json:
        """The data of the next event of that name."""
        async with asyncio.timeout(5):
            while True:
                payload = await self._heard.get()
                if payload["t"] == name:
                    return dict(payload["d"])

    async def interaction(self) -> Json:
        return await self.told("INTERACTION_CREATE")

    async def call(self, method: str, path: str, body: Any = None, *, token: bool = True) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        headers = {"Authorization": f"Bot {self._playground.token}"} if token else {}
        json = {} if body is None else {"json": body}
        async with self._session.request(method, f"{self._playground.api}{path}", headers=headers, **json) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else None

    async def answer(self, interaction: Json, kind: int, data: Json | None = None) -> tuple[int, Any]:
        body = {"type": kind} | ({} if data is None else {"data": data})
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=true"
        return await self.call("POST", path, body, token=False)

    async def webhook(self, interaction: Json, method: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        place = f"/webhooks/{interaction['application_id']}/{interaction['token']}{path}"
        return await self.call(method, place, body, token=False)

    async def register(self, *commands: Json, guild: int | None = None) -> list[Json]:
        place = "" if guild is None else f"/guilds/{guild}"
        status, made = await self.call("PUT", f"/applications/{self._id}{place}/commands", list(commands))
        assert status == 200, made
        return list(made)

    async def _read(self) -> None:
        async for message in self._socket:
            payload = message.json()
            if payload["op"] == 0:
                self._heard.put_nowait(payload)
