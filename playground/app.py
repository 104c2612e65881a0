"""The playground's web application: API, gateway, CDN, control surface and page over one state."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.cdn import serve_emoji, serve_file
from playground.control import add_control
from playground.gateway.connection import serve_gateway
from playground.page import add_page
from playground.rest.exchange import Exchange
from playground.rest.routing import Routing
from playground.rest.table import ROUTES
from playground.state import State
from playground.stranger import refusal

VERSIONS = ("v10/", "v9/", "")
"""Beyond /api/; without one it is the newest."""


def build(state: State) -> web.Application:
    @web.middleware
    async def turn_away(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (sentence := refusal(request, state.world.cdn)) is not None:
            return web.json_response({"error": sentence, "message": sentence, "code": 0}, status=403)
        return await handler(request)

    app = web.Application(middlewares=[turn_away])
    routing = Routing(ROUTES)

    async def api(request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix("/api/")
        version = next(version for version in VERSIONS if path.startswith(version))
        return await Exchange(state, request, f"/{path.removeprefix(version)}").answer(routing)

    async def gateway(request: web.Request) -> web.StreamResponse:
        return await serve_gateway(state.gateway, request)

    async def file(request: web.Request) -> web.StreamResponse:
        return await serve_file(state, request)

    async def emoji(request: web.Request) -> web.StreamResponse:
        return await serve_emoji(state, request)

    async def watch(_: web.Application) -> AsyncIterator[None]:
        """What ends by itself: interactions without an answer, and polls."""
        watching = [asyncio.create_task(one) for one in (state.interactions.watch(), state.polls.watch())]
        yield
        for task in watching:
            task.cancel()
        await asyncio.wait(watching)

    async def hang_up(app: web.Application) -> None:
        state.gateway.drop()

    app.router.add_route("*", "/api/{path:.*}", api)
    app.router.add_get("/gateway", gateway)
    app.router.add_get("/gateway/", gateway)
    app.router.add_get("/attachments/{channel}/{attachment}/{name}", file)
    app.router.add_get("/emojis/{name}", emoji)
    app.cleanup_ctx.append(watch)
    add_control(app, state)
    add_page(app)
    app.on_shutdown.append(hang_up)
    return app
