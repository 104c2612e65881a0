"""Every host there is, played by one TLS server on this machine, so that the tests take the real way to it."""

import asyncio
import json
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, Self

from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.sources import table
from adapters.sources.addresses import AddressCheck
from adapters.sources.rules import Rules
from adapters.sources.web import Web

NAMES = (
    "civitai.com",
    "civitai.red",
    "b2.civitai.com",
    "cdn.discordapp.com",
    "media.discordapp.net",
    "huggingface.co",
    "us.aws.cdn.hf.co",
    "github.com",
    "release-assets.githubusercontent.com",
    "files.example.org",
)
QUICK = Rules(pause_seconds=0, tries=3)


@dataclass(frozen=True)
class Request:
    host: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """`length` is announced where it is not None, -1 being the true one. After `stop` bytes of the body the connection
    is closed, or held open until the test ends."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = -1
    stop: int | None = None
    hold: bool = False
    endless: bool = False

    @classmethod
    def json(cls, value: Any) -> Self:
        return cls(json.dumps(value).encode(), headers={"Content-Type": "application/json"})

    @classmethod
    def redirect(cls, location: str, status: int = 307) -> Self:
        return cls(status=status, headers={"Location": location})

    async def send(self, writer: asyncio.StreamWriter) -> None:
        length = len(self.body) if self.length == -1 else self.length
        announced = {} if length is None else {"Content-Length": str(length)}
        lines = [f"{name}: {value}" for name, value in (self.headers | announced).items()]
        writer.write("\r\n".join([f"HTTP/1.1 {self.status} X", *lines, "Connection: close", "", ""]).encode())
        writer.write(self.body[: self.stop])
        await writer.drain()
        while self.endless:
            writer.write(bytes(2**16))
            await writer.drain()
        if self.hold:
            await asyncio.Event().wait()


Handler = Callable[[Request], Reply]


class Shelf:
    """A file as a good server hands it out, in pieces too; each answer is cut where `stops` says."""

    def __init__(self, data: bytes, etag: str = '"one"', stops: Sequence[int | None] = (), **headers: str) -> None:
        self.data, self.etag, self.headers = data, etag, headers
        self.stops = list(stops)
        self.hold = False

    def __call__(self, request: Request) -> Reply:
        headers = {"ETag": self.etag, "Content-Type": "application/octet-stream"} | self.headers
        stop = self.stops.pop(0) if self.stops else None
        hold = self.hold and stop is not None
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if asked is None or request.headers.get("if-range") != self.etag:
            return Reply(self.data, headers=headers, stop=stop, hold=hold)
        start = int(asked[1])
        if start >= len(self.data):
            return Reply(status=416, headers=headers)
        headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        return Reply(self.data[start:], 206, headers, stop=stop, hold=hold)


class Names(AbstractResolver):
    """Every name leads to the same addresses."""

    def __init__(self, addresses: Sequence[str], port: int) -> None:
        self._addresses, self._port = addresses, port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            {"hostname": host, "host": address, "port": self._port, "family": family, "proto": 0, "flags": 0}
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


class Internet:
    """`pages` holds what each host answers, by `host/path` without the query or by the host alone."""

    def __init__(self, server_tls: SSLContext, client_tls: SSLContext) -> None:
        self._server_tls, self._client_tls = server_tls, client_tls
        self.pages: dict[str, Handler | Reply] = {}
        self.asked: list[Request] = []
        self.port = 0
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", ssl=self._server_tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def web(
        self,
        rules: Rules = QUICK,
        keys: dict[str, str] | None = None,
        *,
        allowed: AddressCheck = lambda address: True,
        addresses: Sequence[str] = ("127.0.0.1",),
        tls: SSLContext | None = None,
    ) -> Web:
        resolver = Names(addresses, self.port)
        return table.connected(rules, keys, resolver=resolver, tls=tls or self._client_tls, allowed=allowed)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            request = _parsed(await reader.readuntil(b"\r\n\r\n"))
            self.asked.append(request)
            await self._reply(request).send(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as many of these tests want it to
        finally:
            self._open.discard(task)
            writer.close()

    def _reply(self, request: Request) -> Reply:
        page = self.pages.get(request.host + request.path.partition("?")[0], self.pages.get(request.host))
        if page is None:
            return Reply(status=404)
        return page if isinstance(page, Reply) else page(request)


def _parsed(head: bytes) -> Request:
    first, *lines = head.decode().strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Request(headers["host"], first.split(" ")[1], headers)
