"""The way to other people's machines: one session for everything, and the same rules at every hop.

Knows nothing of what the sites are. A key is sent to the one host it is for, as long as no redirect has led away.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from ssl import SSLContext
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from adapters.errors import SourceFailed
from adapters.sources.addresses import AddressCheck, public, socket_to
from adapters.sources.answer import Answer
from adapters.sources.failures import failures
from adapters.sources.hosts import checked
from adapters.sources.rules import Rules
from adapters.sources.statuses import error_of
from protocol.errors import InvalidRequest

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "StyleSeal", "Accept-Encoding": "identity"}


class Web:
    """Used as `async with Web(rules, keys) as web`; leaving it closes whatever is still open.

    `keys` holds a site's token by its host. The rest are seams for tests, with what is safe as their defaults. Raises
    `InvalidRequest` for a token that cannot be sent.
    """

    def __init__(
        self,
        rules: Rules,
        keys: Mapping[str, str] | None = None,
        *,
        resolver: AbstractResolver | None = None,
        tls: SSLContext | None = None,
        allowed: AddressCheck = public,
    ) -> None:
        self.rules = rules
        self._keys = {host: _sendable(host, key) for host, key in (keys or {}).items() if key}
        self._resolver, self._tls, self._allowed = resolver, tls, allowed
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        rules = self.rules
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            ssl=self._tls or True,
            socket_factory=partial(socket_to, self._allowed),
            force_close=True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(
                connect=rules.connect_seconds, sock_connect=rules.connect_seconds, sock_read=rules.silence_seconds
            ),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def checked(self, address: str, came_from: URL | None = None) -> URL:
        """The URL, if it may be asked. Raises `SourceRefused`."""
        return checked(address, self.rules.hosts, came_from)

    @asynccontextmanager
    async def opened(self, address: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Answer]:
        """What is at the address in the end, whatever its status. Raises `SourceRefused` for an address, a redirect or
        a machine that is not allowed, and `SourceFailed` for what does not answer."""
        url = first = self.checked(address)
        at_home = True
        for _ in range(self.rules.redirects + 1):
            at_home = at_home and url.raw_host == first.raw_host
            response = await self._asked(url, dict(headers or {}) | (self._key(url) if at_home else {}))
            try:
                if response.status not in _REDIRECTS:
                    yield _answer(url, response, redirected=not at_home)
                    return
                url = self.checked(response.headers.get("Location", ""), url)
            finally:
                response.close()
        raise SourceFailed(f"{first.raw_host} leads from one address on to the next and does not come to an end.")

    async def json(self, address: str, said: Mapping[int, str]) -> object:
        """The JSON at the address; `said` holds the site's own sentences by status. Raises `SourceRefused` and
        `SourceFailed`."""
        host = self.checked(address).raw_host
        try:
            async with asyncio.timeout(self.rules.json_seconds), self.opened(address) as answer:
                if answer.status != 200:
                    raise error_of(answer.status, answer.host, said)
                data = await answer.whole(self.rules.json_bytes)
        except TimeoutError:
            raise SourceFailed(f"{host} took too long to answer. Try again later.") from None
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise SourceFailed(f"{host} did not answer with JSON. Try again later.") from None

    async def _asked(self, url: URL, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        if self._session is None:
            raise RuntimeError("a Web is used inside its async with")
        with failures(url.raw_host or ""):
            async with asyncio.timeout(self.rules.answer_seconds):
                return await self._session.get(url, headers=headers, allow_redirects=False)

    def _key(self, url: URL) -> dict[str, str]:
        key = self._keys.get(url.raw_host or "")
        return {} if key is None else {"Authorization": f"Bearer {key}"}


def _answer(url: URL, response: aiohttp.ClientResponse, *, redirected: bool) -> Answer:
    host = url.raw_host or ""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        # It would be smaller than it is: a few bytes can be packed that fill the disk.
        raise SourceFailed(f"{host} sent its answer compressed, which is not taken.")
    return Answer(
        host,
        response.status,
        response.headers,
        response.content_length,
        response.content_type,
        redirected,
        response.content,
    )


def _sendable(host: str, key: str) -> str:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidRequest(f"The key for {host} holds characters that no key has. Copy it again.")
    return key
