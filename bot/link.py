"""Talking to an engine over its socket. Knows nothing of where the engine runs, nor of Discord."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import aiohttp

from protocol import sse
from protocol.address import Address, UnixAddress
from protocol.answers import AdapterReport, BaseCard, Health
from protocol.errors import BadAnswer, EngineGone, StyleSealError, UnknownAdapter, error_from_json
from protocol.events import Completed, Event, Failed
from protocol.order import PaintOrder

AdapterFiles = Callable[[str], bytes]
"""Gives the whole file of an adapter by its SHA-256, or raises a `StyleSealError`; it is called in a thread."""

SILENCE_SECONDS = 120.0
"""An engine that paints says something at least every ten seconds; past this it hangs."""
_CONNECT_SECONDS = 10.0
_READ_BYTES = 4 * 2**20
"""aiohttp refuses lines longer than eight times its buffer, 512 KiB by default; a picture is one line."""
_CUT = "The engine stopped, or the connection to it was cut, before the answer was whole."


class EngineLink:
    """One engine at an address; used as `async with EngineLink(address, token) as link`. Leaving it closes whatever is
    still open, and so takes back what was asked.

    Every call raises `EngineGone` where nothing answers, and otherwise what the engine answers with.
    """

    def __init__(self, address: Address, token: str | None = None) -> None:
        self.address = address
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            base_url=_url(self.address),
            connector=_connector(self.address),
            headers={} if self._token is None else {"Authorization": f"Bearer {self._token}"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=SILENCE_SECONDS),
            read_bufsize=_READ_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def health(self, seconds: float | None = None) -> Health:
        """`seconds` are the most it waits for; past them nothing answers."""
        limit = {} if seconds is None else {"timeout": aiohttp.ClientTimeout(total=seconds)}
        async with self._asked("GET", "/health", **limit) as answer:
            if answer.status != 503 and (error := await _error(answer)) is not None:  # 503 is health too: not ready
                raise error
            return Health.from_json(await _json(answer))

    async def models(self) -> tuple[BaseCard, ...]:
        async with self._answered("GET", "/v1/models") as answer:
            return tuple(BaseCard.from_json(entry) for entry in _listed(await _json(answer)))

    async def adapters(self) -> frozenset[str]:
        """The SHA-256 of every adapter the engine has."""
        async with self._answered("GET", "/v1/adapters") as answer:
            return frozenset(str(entry.get("sha256")) for entry in _listed(await _json(answer)) if entry)

    async def put_adapter(self, sha256: str, data: bytes) -> AdapterReport:
        """Hands the engine a file. Raises `AdapterRefused` with its reason where it cannot use it."""
        async with self._answered("PUT", f"/v1/adapters/{sha256}", data=data) as answer:
            return AdapterReport.from_json(await _json(answer))

    async def paint(self, order: PaintOrder, files: AdapterFiles) -> AsyncGenerator[Event, None]:
        """What happens to the order, up to its last picture; an adapter the engine does not have is sent to it once.

        Raises the error of a `Failed` instead of giving it. Cancelling whoever waits for the next event, or closing
        the iterator (`contextlib.aclosing`), closes the connection and so cancels the order.
        """
        sendable = {use.sha256 for use in order.request.adapters}
        while True:
            async with self._asked("POST", "/v1/images/generations", json=_body(order)) as answer:
                error = await _error(answer)
                if error is None:
                    async with aclosing(_events(answer, order.request.count)) as events:
                        async for event in events:
                            yield event
                    return
            if not isinstance(error, UnknownAdapter) or error.sha256 not in sendable:
                raise error
            sendable.remove(error.sha256)
            await self.put_adapter(error.sha256, await asyncio.to_thread(files, error.sha256))

    @asynccontextmanager
    async def _answered(self, method: str, path: str, **body: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer, if it is one of success; else the error it stands for is raised."""
        async with self._asked(method, path, **body) as answer:
            if (error := await _error(answer)) is not None:
                raise error
            yield answer

    @asynccontextmanager
    async def _asked(self, method: str, path: str, **body: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("an EngineLink is used inside its async with")
        with self._gone():
            answer = await self._session.request(method, path, **body)
            try:
                yield answer
            finally:
                answer.close()

    @contextmanager
    def _gone(self) -> Iterator[None]:
        """Turns every way a connection can fail into `EngineGone`."""
        try:
            yield
        except aiohttp.ClientConnectorError as wrong:
            raise EngineGone(f"No engine answers at {self.address}: {wrong.strerror or wrong}.") from wrong
        except TimeoutError as wrong:
            raise EngineGone(f"The engine at {self.address} has not said anything for too long.") from wrong
        except (aiohttp.ClientError, OSError) as wrong:
            raise EngineGone(_CUT) from wrong
        except RuntimeError as wrong:
            # How aiohttp answers to reading on, or to asking, after the link was left.
            if str(wrong) not in ("Connection closed.", "Session is closed"):
                raise
            raise EngineGone(_CUT) from wrong


async def _events(answer: aiohttp.ClientResponse, pictures: int) -> AsyncGenerator[Event, None]:
    if answer.content_type != sse.CONTENT_TYPE:
        raise BadAnswer(f"The engine answered with {answer.content_type[:80]} instead of events.")
    decoder = sse.Decoder()
    async for chunk in answer.content.iter_any():
        for event in decoder.feed(chunk):
            if isinstance(event, Failed):
                raise event.error
            pictures -= isinstance(event, Completed)
            yield event
    if pictures > 0:
        raise EngineGone("The engine stopped before the picture was done.")


async def _error(answer: aiohttp.ClientResponse) -> StyleSealError | None:
    """What the answer stands for, if it is not one of success."""
    if answer.status == 200:
        return None
    try:
        return error_from_json(json.loads(await answer.read()))
    except (ValueError, RecursionError):
        return BadAnswer(f"The engine answered with HTTP status {answer.status} and no reason.")


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return json.loads(await answer.read())
    except (ValueError, RecursionError) as wrong:
        raise BadAnswer(f"What answers at {answer.url.path} is no engine: it does not speak JSON.") from wrong


def _listed(data: Any) -> list[dict[str, Any]]:
    entries = data.get("data") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadAnswer("The engine answered with a list that cannot be read.")
    return entries


def _body(order: PaintOrder) -> dict[str, Any]:
    return replace(order, stream=True).to_json()


def _url(address: Address) -> str:
    if isinstance(address, UnixAddress):
        return "http://engine"  # a name is needed and never looked up
    return f"http://{str(address).removeprefix('tcp:')}"


def _connector(address: Address) -> aiohttp.BaseConnector:
    return aiohttp.UnixConnector(str(address.path)) if isinstance(address, UnixAddress) else aiohttp.TCPConnector()
