"""The engine's HTTP API: OpenAI's Images API, streamed, plus what LoRA serving needs.

Closing the connection cancels the request, wherever it is: handlers are cancelled with their connection.
"""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from engine.state import EngineState, Studio
from protocol import checks, sse
from protocol.errors import EngineGone, InvalidRequest, StyleSealError, Unauthorized
from protocol.events import Completed, Event, Failed
from protocol.limits import IMAGE_BYTES
from protocol.order import PaintOrder

BODY_BYTES = 2 * IMAGE_BYTES
"""An init image in base64 is a third larger than its file."""
KEEP_ALIVE_SECONDS = 10.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATE = web.AppKey("state", EngineState)


def build_server(state: EngineState, token: str | None = None) -> web.Application:
    """The application; with a `token`, every route asks for it as a bearer token."""
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[errors_as_json, bearer(token)])
    app[STATE] = state
    app.router.add_post("/v1/images/generations", generate)
    app.router.add_put("/v1/adapters/{sha256}", put_adapter)
    app.router.add_get("/v1/adapters", adapters)
    app.router.add_get("/v1/models", models)
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", metrics)
    return app


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except StyleSealError as error:
        return web.json_response(error.to_json(), status=error.status)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        wrong = EngineGone if error.status >= 500 else InvalidRequest
        return web.json_response(wrong(f"{error.reason}.").to_json(), status=error.status)


def bearer(token: str | None) -> Any:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if token is not None and not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise Unauthorized("The engine asks for its token; set STYLESEAL_TOKEN to the one it was started with.")
        return await handler(request)

    return check


async def generate(request: web.Request) -> web.StreamResponse:
    studio = request.app[STATE].studio()
    order = PaintOrder.from_json(await _json(request))
    resolved = studio.admit(order.request)
    with studio.jobs.follow(studio.jobs.take_in(order, resolved)) as events:
        return await (_streamed(request, events) if order.stream else _whole(events))


async def _streamed(request: web.Request, events: AsyncIterator[Event]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": sse.CONTENT_TYPE, "Cache-Control": "no-store"})
    await response.prepare(request)
    async with aclosing(with_keep_alive(events)) as told:
        async for event in told:
            await response.write(sse.KEEP_ALIVE if event is None else sse.encode(event))
    await response.write_eof()
    return response


async def with_keep_alive(events: AsyncIterator[Event]) -> AsyncGenerator[Event | None, None]:
    """The events, and None whenever nothing has happened for a while."""
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=KEEP_ALIVE_SECONDS)
            if not done:
                yield None
            elif (event := upcoming.result()) is None:
                return
            else:
                upcoming = asyncio.ensure_future(anext(events, None))
                yield event
    finally:
        upcoming.cancel()
        await asyncio.wait({upcoming})


async def _whole(events: AsyncIterator[Event]) -> web.Response:
    data = []
    async for event in events:
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Completed):
            data.append({key: value for key, value in event.to_json().items() if key not in ("type", "created_at")})
    data.sort(key=lambda picture: picture["index"])
    return web.json_response({"created": int(time.time()), "data": data})


async def put_adapter(request: web.Request) -> web.Response:
    studio = request.app[STATE].studio()
    sha256 = checks.sha256("sha256", request.match_info["sha256"])
    async with studio.shelf.received(request.content.iter_chunked(1 << 18)) as draft:
        adapter = await asyncio.to_thread(studio.shelf.keep, draft, sha256)
    report = {"sha256": sha256, "modules": adapter.modules, "rank": adapter.rank, "targets": sorted(adapter.components)}
    return web.json_response(report)


async def adapters(request: web.Request) -> web.Response:
    known = await asyncio.to_thread(request.app[STATE].studio().shelf.known)
    return web.json_response({"object": "list", "data": [{"sha256": sha256, "object": "adapter"} for sha256 in known]})


async def models(request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [describe(request.app[STATE].studio())]})


def describe(studio: Studio) -> dict[str, Any]:
    base, defaults = studio.base, studio.base.defaults
    return {
        "id": base.name,
        "object": "model",
        "fingerprint": base.fingerprint,
        "family": base.family,
        "defaults": {
            "width": defaults.width,
            "height": defaults.height,
            "steps": defaults.steps,
            "guidance_scale": defaults.guidance_scale,
            "sampler": defaults.sampler,
        },
        "samplers": list(base.samplers),
        "max_pixels": studio.max_pixels,
        "device": str(base.placement.device),
        "dtype": base.placement.dtype_name,
        "lane": "bank" if studio.painter.worker.bank is not None else "pipeline",
        "screened": studio.painter.worker.screen is not None,
    }


async def health(request: web.Request) -> web.Response:
    state = request.app[STATE]
    return web.json_response(state.health(), status=200 if state.ready else 503)


async def metrics(request: web.Request) -> web.Response:
    counted = request.app[STATE].studio().painter.metrics
    return web.Response(body=generate_latest(counted.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _json(request: web.Request) -> object:
    body = await request.read()
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("The body is not JSON.") from error
