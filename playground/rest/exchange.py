"""One request of a bot from its arrival to its answer: faults, token, limits, body, judgement, handler, log."""

import json
import logging
import socket
import struct
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from playground.errors import DiscordError, missing_permissions, not_found, unauthorized
from playground.faults import Fault
from playground.limits import check
from playground.rates import Verdict
from playground.rest.call import Call, Route
from playground.rest.reading import read_body, too_large
from playground.rest.routing import Params, Routing, numbers
from playground.rest.upload_bytes import upload_bytes
from playground.sent import Sent
from playground.state import State
from playground.world.apps import Application

VIA = "1.1 playground"
"""Discord's answers come through a proxy that says so; a 429 without that is taken for a ban."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Exchange:
    state: State
    request: web.Request
    path: str
    """Beyond the API's version, as it was sent."""
    route: Route | None = None
    params: Params = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: str | None = None
    code: int | None = None

    async def answer(self, routing: Routing) -> web.Response:
        started = self.state.world.clock.now()
        status: int = 0
        try:
            answered, body = await self._answered(routing)
            await self._be_late()
            if any(fault.kind == "lost" for fault in self.faults):
                self.refused = "; ".join(filter(None, (self.refused, "the answer was lost on purpose")))
                return self._cut_off()
            status = answered
            return self._response(status, body)
        except ConnectionError:
            self.refused = "the bot was gone before all of its request was there"
            return self._response(400, None)
        except Exception:  # a defect here must not look like one of the bot
            _log.exception("the playground failed at %s %s", self.request.method, self.path)
            status, self.code, self.refused = 500, 0, "the playground itself failed; its own log says where"
            return self._response(500, {"message": "500: Internal Server Error", "code": 0})
        finally:
            self._note(started, status)

    async def _answered(self, routing: Routing) -> tuple[int, Any]:
        try:
            return await self._carry_out(routing)
        except DiscordError as error:
            self.code, self.refused = error.code, _sentence(error)
            return error.status, error.to_json()

    async def _carry_out(self, routing: Routing) -> tuple[int, Any]:
        request, state = self.request, self.state
        found = self._find(routing)
        has_files = request.content_type == "multipart/form-data"
        self.faults = state.faults.meet(request.method, "" if found is None else found[0].template, has_files)
        for fault in self.faults:
            if (answer := self._fail(fault)) is not None:
                return answer
        if found is None:
            raise not_found()
        self.route, said = found
        bot = self._bot(self.route)
        self.params = numbers(said)
        verdict = state.rates.take(0 if bot is None else bot.id, request.method, self.route.template, self.params)
        self.headers |= verdict.headers
        if not verdict.allowed:
            return self._limited(verdict)
        body = await read_body(request)
        self.body = body.json
        files = {file.index: (file.filename, len(file.data)) for file in body.files}
        sent = Sent(
            method=request.method,
            template=self.route.template,
            body=body.json,
            files=files,
            query=dict(request.query),
            upload_bytes=upload_bytes(state, self.params),
        )
        check(sent, state.world.clock.now())
        if state.spec is not None:
            state.spec.check(sent)
        call = Call(
            state=state,
            params=self.params,
            query=sent.query,
            body=body.json,
            files=tuple(body.files),
            bot=bot,
            reason=unquote(request.headers.get("X-Audit-Log-Reason", "")),
        )
        answer = await self.route.handler(call)
        if answer is None:
            return 204, None
        return answer if isinstance(answer, tuple) else (200, answer)

    def _find(self, routing: Routing) -> tuple[Route, dict[str, str]] | None:
        return routing.find(self.request.method, self.path)

    def _bot(self, route: Route) -> Application | None:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        bot = self.state.world.application(token) if scheme == "Bot" else None
        if bot is None and route.needs_token:
            raise unauthorized()
        return bot

    def _fail(self, fault: Fault) -> tuple[int, Any] | None:
        """What is answered at once, if anything."""
        if fault.kind == "rate_limit":
            return self._limited(Verdict(False, {}, fault.retry_after, is_global=fault.is_global))
        if fault.kind == "error":
            self.code, self.refused = 0, f"a {fault.status} on purpose"
            return fault.status, {"message": f"{fault.status}: On purpose", "code": 0}
        if fault.kind == "refuse_upload":
            raise too_large()
        if fault.kind == "forbid":
            raise missing_permissions() if fault.code == 50013 else DiscordError(403, fault.code, "Forbidden")
        return None

    def _limited(self, verdict: Verdict) -> tuple[int, Any]:
        self.headers |= {
            "Retry-After": str(max(1, round(verdict.retry_after))),
            "X-RateLimit-Scope": "global" if verdict.is_global else "user",
        }
        if verdict.is_global:
            self.headers["X-RateLimit-Global"] = "true"
        self.code, self.refused = 0, f"too many requests: {verdict.retry_after} s to wait"
        told = "You are being rate limited."
        return 429, {"message": told, "retry_after": verdict.retry_after, "global": verdict.is_global}

    async def _be_late(self) -> None:
        for fault in self.faults:
            if fault.kind == "slow":
                await self.state.world.clock.sleep(fault.seconds)

    def _response(self, status: int, body: Any) -> web.Response:
        headers = {"Via": VIA} | self.headers
        if body is None:
            return web.Response(status=status, headers=headers)
        data = json.dumps(body, separators=(",", ":")).encode()
        return web.Response(status=status, body=data, headers=headers | {"Content-Type": "application/json"})

    def _cut_off(self) -> web.Response:
        how = next(fault.how for fault in self.faults if fault.kind == "lost")
        if how == "reset" and (transport := self.request.transport) is not None:
            if (raw := transport.get_extra_info("socket")) is not None:
                # Closed without lingering, a TCP connection is reset.
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return web.Response(status=502, text="502: Bad Gateway", content_type="text/html", headers={"Via": VIA})

    def _note(self, started: float, status: int) -> None:
        self.state.log.add(
            at=started,
            method=self.request.method,
            path=self.request.path_qs,
            route="" if self.route is None else self.route.template,
            status=status,
            took=self.state.world.clock.now() - started,
            code=self.code,
            refused=self.refused,
            body=self.body,
            faults=tuple(fault.kind for fault in self.faults),
        )


def _sentence(error: DiscordError) -> str:
    """With each place in the body that is wrong."""
    places = "; ".join(f"{place or 'the body'}: {told}" for place, (_, told) in error.errors.items())
    return f"{error.message} ({places})" if places else error.message
