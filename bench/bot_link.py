"""An engine that is none: an object with a link's `paint`, whose pictures are small and of one colour."""

import asyncio
import io
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import cast

from PIL import Image

from bot.link import AdapterFiles, EngineLink
from bot.presence import EngineState, Patience, Presence
from protocol.answers import BaseCard
from protocol.events import Completed, Event, Progress, Queued
from protocol.order import PaintOrder
from protocol.paint import RenderDefaults
from protocol.parameters import Painted, embed

DEFAULTS = RenderDefaults(width=64, height=64, steps=4, guidance_scale=5.0, sampler="euler_a")
FINGERPRINT = "0123456789abcdef" * 4


class NoEngine(Presence):
    """`pause` is how many seconds a picture takes; one that is `away` is not there before it comes. Where it `counts`,
    it knows when each job began and ended."""

    def __init__(self, pause: float = 0.0, *, away: bool = False, counts: bool = False) -> None:
        super().__init__("", None, Patience())
        self._pause = pause
        self._counts = counts
        self._there = asyncio.Event()
        if not away:
            self.come()
        self.begun: list[str] = []
        """Jobs, in the order they came."""
        self.ended: dict[str, float] = {}
        """In Unix seconds, by job."""

    def come(self) -> None:
        self._there.set()

    async def run(self) -> None:
        await asyncio.Event().wait()

    def state(self) -> EngineState:
        return EngineState(True, "", 0)

    def card(self) -> BaseCard | None:
        return None

    async def link(self) -> EngineLink:
        await self._there.wait()
        return cast("EngineLink", self)

    async def paint(self, order: PaintOrder, files: AdapterFiles) -> AsyncGenerator[Event, None]:
        job = order.idempotency_key or ""
        if self._counts:
            self.begun.append(job)
        yield Queued(0)
        request = order.request.with_defaults(DEFAULTS)
        for index in range(request.count):
            for step in range(1, request.steps + 1):
                await asyncio.sleep(self._pause / request.steps)
                yield Progress(index=index, step=step, steps=request.steps)
            told = {"prompt_used": request.prompt, "cut": "", "lane": "none", "seconds": self._pause}
            seed = request.seed + index
            yield Completed(png=picture(order, seed), index=index, seed=seed, **told)  # type: ignore[arg-type]
        if self._counts:
            self.ended[job] = time.time()


def picture(order: PaintOrder, seed: int) -> bytes:
    request = order.request.with_defaults(DEFAULTS)
    file = io.BytesIO()
    Image.new("RGB", (request.width, request.height), (seed % 256, 80, 80)).save(file, "PNG")
    record = Painted(
        request=replace(request, seed=seed, count=1),
        prompt_used=request.prompt,
        base_name="none",
        base_fingerprint=FINGERPRINT,
        lane="none",
        batch="1x1x1x1",
    )
    return embed(file.getvalue(), record)
