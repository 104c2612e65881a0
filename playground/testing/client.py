"""The control surface over HTTP."""

from typing import Any

import aiohttp


class Refusal(Exception):
    """What was asked for cannot be done; `sentence` says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


class Client:
    """`url` is the playground's."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def get(self, path: str, /, **query: str) -> Any:
        async with self.session.get(f"{self.url}/control/{path}", params=query) as response:
            return await _read(response)

    async def post(self, path: str, /, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/control/{path}", json=body) as response:
            return await _read(response)

    async def delete(self, path: str) -> Any:
        async with self.session.delete(f"{self.url}/control/{path}") as response:
            return await _read(response)

    async def upload(self, name: str, data: bytes) -> str:
        async with self.session.post(f"{self.url}/control/upload", params={"name": name}, data=data) as response:
            return str((await _read(response))["upload"])


async def _read(response: aiohttp.ClientResponse) -> Any:
    """Raises `Refusal`."""
    if response.status == 204:
        return None
    if response.status == 200:
        return await response.json()
    try:
        sentence = (await response.json())["error"]
    except (ValueError, KeyError, aiohttp.ContentTypeError):
        sentence = await response.text()
    raise Refusal(response.status, sentence)
