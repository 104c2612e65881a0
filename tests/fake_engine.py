"""An engine without a model: the whole HTTP surface, pictures of one colour, and every way to go wrong on demand.

In a test it is an object to look into (`FakeEngine`, `serving`); run as `python -m tests.fake_engine` it is a process
that takes the place of `styleseal`, told by FAKE_ENGINE how to behave.
"""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import signal
import struct
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web
from PIL import Image

from protocol import sse
from protocol.address import Address, TcpAddress, UnixAddress, parse_address
from protocol.errors import AdapterRefused, BaseMissing, InvalidRequest, StyleSealError, Unauthorized, UnknownAdapter
from protocol.events import Completed, Event, Failed, PartialImage, Progress, Queued
from protocol.order import PaintOrder
from protocol.paint import RenderDefaults, ResolvedRequest
from protocol.parameters import Painted, embed

DEFAULTS = RenderDefaults(width=128, height=128, steps=4, guidance_scale=5.0, sampler="euler_a")
FINGERPRINT = "0123456789abcdef" * 4
TOKEN = "a-token-of-tests"


@dataclass
class FakeEngine:
    """Keeps every order; `cut` is a text said to be past the limit, `fails` what pictures end with, `pause` the seconds
    each step takes, `drops_after` the step after which the connection is cut. After the first step of a picture it
    waits while the file `hold` is there, and dies of a prompt that has `dies_for` in it."""

    token: str | None = None
    status: str = "ready"
    detail: str = "Loading."
    fingerprint: str = FINGERPRINT
    cut: str = ""
    fails: StyleSealError | None = None
    forgetful: bool = False
    pause: float = 0.0
    drops_after: int | None = None
    hold: str = ""
    dies_for: str = ""
    flags_for: str | None = None
    """With a screen, which flags the pictures of prompts that have this in them. It sends a preview all the same, for
    others to pass over."""
    noise: bool = False
    moves: float = 0.5
    """How far an adapter moves the latents, relatively."""
    adapters: dict[str, bytes] = field(default_factory=dict)
    orders: list[PaintOrder] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20, middlewares=[self._errors])
        app.router.add_post("/v1/images/generations", self._generate)
        app.router.add_put("/v1/adapters/{sha256}", self._put)
        app.router.add_get("/v1/adapters", self._adapters)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/health", self._health)
        return app

    @web.middleware
    async def _errors(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            if self.token is not None and request.headers.get("Authorization") != f"Bearer {self.token}":
                raise Unauthorized("The engine asks for its token.")
            if self.status != "ready" and request.path != "/health":
                raise BaseMissing(f"The engine is not ready yet. {self.detail}")
            return await handler(request)
        except StyleSealError as error:
            return web.json_response(error.to_json(), status=error.status)

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        order = PaintOrder.from_json(await request.json())
        self.orders.append(order)
        for use in order.request.adapters:
            if use.sha256 not in self.adapters or self.forgetful:
                raise UnknownAdapter(use.sha256)
        response = web.StreamResponse(headers={"Content-Type": sse.CONTENT_TYPE})
        await response.prepare(request)
        await response.write(sse.KEEP_ALIVE)
        self.started.set()
        try:
            async for event in self._events(order):
                await response.write(sse.encode(event))
                if isinstance(event, Progress) and event.step == self.drops_after:
                    assert request.transport is not None
                    request.transport.close()
        except (asyncio.CancelledError, ConnectionError):
            self.cancelled.set()
            raise
        return response

    async def _events(self, order: PaintOrder) -> AsyncIterator[Event]:
        yield Queued(0)
        request = order.request.with_defaults(DEFAULTS)
        for index in range(request.count):
            for step in range(1, request.steps + 1):
                await asyncio.sleep(self.pause)
                yield Progress(index=index, step=step, steps=request.steps)
                if self.flags_for is not None:
                    png = self._picture(request, index, False).png
                    yield PartialImage(png=png, index=index, step=step, partial_image_index=step - 1)
                if self.dies_for and self.dies_for in request.prompt:
                    os._exit(9)
                while self.hold and Path(self.hold).exists():  # noqa: ASYNC110, ASYNC240 a test in another process has it
                    await asyncio.sleep(0.01)
            if self.fails is not None:
                yield Failed(self.fails)
                return
            yield self._picture(request, index, order.latents)

    def _picture(self, request: ResolvedRequest, index: int, wanted: bool) -> Completed:
        seed = request.seed + index
        file, size = io.BytesIO(), (request.width, request.height)
        image = Image.frombytes("RGB", size, os.urandom(3 * size[0] * size[1])) if self.noise else None
        (image or Image.new("RGB", size, _colour(seed, request))).save(file, "PNG")
        used = ", ".join([request.prompt, *(use.trigger for use in request.adapters if use.trigger)])
        image_sha256 = "" if request.init_image is None else hashlib.sha256(request.init_image).hexdigest()
        record = Painted(
            request=replace(request, seed=seed, count=1, init_image=None, strength=None, base=self.fingerprint),
            prompt_used=used,
            base_name="pocket",
            base_fingerprint=self.fingerprint,
            lane="pipeline",
            batch="2x8x16x16",
            versions=(("styleseal", "0.1.0"),),
            image_sha256=image_sha256,
            strength=request.strength,
        )
        png = embed(file.getvalue(), record)
        told = {"index": index, "seed": seed, "prompt_used": used, "cut": self.cut, "lane": "pipeline", "seconds": 0.5}
        flagged = None if self.flags_for is None else self.flags_for in request.prompt
        return Completed(png=png, latents=self._latents(request) if wanted else b"", flagged=flagged, **told)

    def _latents(self, request: ResolvedRequest) -> bytes:
        return struct.pack("<4f", *(1 + self.moves * bool(request.adapters) for _ in range(4)))

    async def _put(self, request: web.Request) -> web.Response:
        data, sha256 = await request.read(), request.match_info["sha256"]
        if hashlib.sha256(data).hexdigest() != sha256:
            raise InvalidRequest("The file is not the one its address names.")
        if b"lora" not in data:
            raise AdapterRefused("This adapter file cannot be used: it is no LoRA.")
        self.adapters[sha256] = data
        return web.json_response({"sha256": sha256, "modules": 1, "rank": 1, "targets": ["unet"]})

    async def _adapters(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"sha256": sha256} for sha256 in self.adapters]})

    async def _models(self, _: web.Request) -> web.Response:
        names = ("width", "height", "steps", "guidance_scale", "sampler")
        card: dict[str, Any] = {"id": "pocket", "object": "model", "fingerprint": self.fingerprint, "family": "sd"}
        card |= {"defaults": {name: getattr(DEFAULTS, name) for name in names}, "samplers": ["euler", "euler_a"]}
        card |= {"max_pixels": 2**20, "device": "cpu", "dtype": "fp32", "lane": "pipeline"}
        card |= {} if self.flags_for is None else {"screened": True}
        return web.json_response({"object": "list", "data": [card]})

    async def _health(self, _: web.Request) -> web.Response:
        form = {"status": self.status, "detail": self.detail, "version": "0.1.0"}
        return web.json_response(form, status=200 if self.status == "ready" else 503)


def _colour(seed: int, request: ResolvedRequest) -> tuple[int, int, int]:
    """Another for each seed, and for each weight of all adapters together."""
    return seed % 256, min(255, 80 + round(50 * sum(use.weight for use in request.adapters))), 80


@contextlib.asynccontextmanager
async def serving(engine: FakeEngine, address: Address) -> AsyncIterator[Address]:
    """The engine at the address; a port of 0 becomes the one it got."""
    runner = web.AppRunner(engine.app(), handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        if isinstance(address, UnixAddress):
            await web.UnixSite(runner, str(address.path)).start()
            yield address
        else:
            await web.TCPSite(runner, address.host, address.port).start()
            yield TcpAddress(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


def main() -> int:
    """As `styleseal engine --listen ADDRESS --parent-stdin` would; FAKE_ENGINE is JSON with the fields of the engine,
    or with `says` and `exits` for one that does not even start, `dies_at_step`, `deaf` to SIGTERM, `pid_file`."""
    told: dict[str, Any] = json.loads(os.environ.get("FAKE_ENGINE", "{}"))
    if "pid_file" in told:
        Path(told.pop("pid_file")).write_text(str(os.getpid()))
    if "says" in told:
        print(told["says"], file=sys.stderr)
    if "exits" in told:
        return int(told["exits"])
    if told.pop("deaf", False):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    told.pop("says", None)
    asyncio.run(_serve(parse_address(sys.argv[sys.argv.index("--listen") + 1]), told))
    return 0


async def _serve(address: Address, told: dict[str, Any]) -> None:
    dies_at_step, loads_in = told.pop("dies_at_step", None), told.pop("loads_in", 0.0)
    engine = FakeEngine(token=os.environ.get("STYLESEAL_TOKEN"), **told)
    engine.drops_after = dies_at_step
    async with serving(engine, address):
        if loads_in:
            engine.status, engine.detail = "loading", "Loading the base."
            await asyncio.sleep(loads_in / 2)
            engine.detail = "Warming up."
            await asyncio.sleep(loads_in / 2)
            engine.status = "ready"
        if dies_at_step is not None:
            await engine.started.wait()
            await asyncio.sleep(engine.pause * dies_at_step + 0.1)
            print("Killed by the test.", file=sys.stderr, flush=True)
            os._exit(9)
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
