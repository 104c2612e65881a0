"""One WebSocket of a bot, from hello to its end."""

import asyncio
import json
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from playground.gateway import opcodes
from playground.gateway.compression import Pack, packing
from playground.gateway.guild_form import member_chunks
from playground.gateway.hub import Gateway
from playground.gateway.opcodes import Closed
from playground.gateway.session import Session

SENDS, SENDS_SECONDS = 120, 60.0
"""What a bot may send, and in what time."""
LONGEST = 4096
"""Bytes of one payload of a bot."""
FAREWELL = (1000, 1001)
"""Codes with which a bot ends its session for good."""
FAREWELL_SECONDS = 5.0
"""For which a bot whose heart stands still is waited for."""


async def serve_gateway(gateway: Gateway, request: web.Request) -> web.WebSocketResponse:
    """Answers `/gateway`."""
    socket = web.WebSocketResponse(max_msg_size=2**20, compress=False)
    await socket.prepare(request)
    try:
        _check_address(request)
        pack = packing(request.query.get("compress", ""))
    except Closed as closed:
        await socket.close(code=closed.code, message=closed.reason.encode())
        return socket
    await Connection(gateway, socket, request, pack).run()
    return socket


def _check_address(request: web.Request) -> None:
    if request.query.get("v", "10") not in ("9", "10"):
        raise opcodes.invalid_version()
    if request.query.get("encoding", "json") != "json":
        raise Closed(4002, "This gateway speaks encoding=json only, not ETF.")


class Connection:
    """The `Link` of its session."""

    def __init__(self, gateway: Gateway, socket: web.WebSocketResponse, request: web.Request, pack: Pack) -> None:
        self._gateway = gateway
        self._socket = socket
        self._request = request
        self._pack = pack
        self._session: Session | None = None
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sends: deque[float] = deque(maxlen=SENDS)
        self._beaten = asyncio.Event()

    async def run(self) -> None:
        """Until either side ends it."""
        self.send({"op": opcodes.HELLO, "d": {"heartbeat_interval": round(self._gateway.heartbeat_seconds * 1000)}})
        others = [asyncio.create_task(self._write()), asyncio.create_task(self._watch_heart())]
        try:
            await self._read()
        except Closed as closed:
            await self._socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            if self._session is not None:
                farewell = self._socket.close_code in FAREWELL
                self._gateway.leave(self._session, self, for_good=farewell)

    def send(self, payload: dict[str, Any]) -> None:
        self._out.put_nowait(payload)

    def release(self) -> None:
        self._session = None

    def cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _write(self) -> None:
        while True:
            payload = {"s": None, "t": None} | await self._out.get()
            packed = self._pack(json.dumps(payload, separators=(",", ":")))
            try:
                await (self._socket.send_str(packed) if isinstance(packed, str) else self._socket.send_bytes(packed))
            except ConnectionError:
                return

    async def _watch_heart(self) -> None:
        """Asks for a heartbeat that is overdue, and gives up on a bot whose heart stands still."""
        while True:
            for patience in (1.25, 0.5):
                self._beaten.clear()
                try:
                    async with asyncio.timeout(self._gateway.heartbeat_seconds * patience):
                        await self._beaten.wait()
                    break
                except TimeoutError:
                    self.send({"op": opcodes.HEARTBEAT, "d": None})
            else:
                await self._give_up(opcodes.timed_out())
                return

    async def _give_up(self, closed: Closed) -> None:
        """A bot that does not even read is cut off."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._socket.close(code=closed.code, message=closed.reason.encode())
        except TimeoutError:
            self.cut()

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            self._count_send()
            raw = message.data.encode() if isinstance(message.data, str) else message.data
            if len(raw) > LONGEST:
                raise opcodes.not_decoded()
            try:
                payload = json.loads(raw)
                op, data = payload["op"], payload.get("d")
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                raise opcodes.not_decoded() from None
            self._hear(op, data)

    def _count_send(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._sends) == SENDS and now - self._sends[0] < SENDS_SECONDS:
            raise opcodes.rate_limited()
        self._sends.append(now)

    def _hear(self, op: Any, data: Any) -> None:
        if op == opcodes.HEARTBEAT:
            self._beaten.set()
            self.send({"op": opcodes.HEARTBEAT_ACK, "d": None})
        elif op == opcodes.IDENTIFY:
            self._must_be_new()
            self._session = self._gateway.begin(data, self)
        elif op == opcodes.RESUME:
            self._must_be_new()
            self._session = self._gateway.resume(data, self)
            if self._session is None:
                self.send({"op": opcodes.INVALID_SESSION, "d": False})
        elif self._session is None:
            raise opcodes.not_authenticated()
        elif op == opcodes.REQUEST_MEMBERS:
            for chunk in member_chunks(self._gateway.world, self._session, data):
                self._session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
        elif op == opcodes.PRESENCE:
            self._session.presence = data if isinstance(data, dict) else {}
        elif op not in opcodes.HEARD_AND_IGNORED:
            raise opcodes.unknown_opcode()

    def _must_be_new(self) -> None:
        if self._session is not None:
            raise opcodes.already_authenticated()
