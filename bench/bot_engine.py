"""The tests' engine without a model, with pictures and previews as large as real ones: for `bench.bot`.

FAKE_ENGINE has besides what the tests' takes: `megabytes` of a picture, `preview_kilobytes` of a preview (0 for none).
"""

import importlib
import io
import json
import math
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from PIL import Image

from protocol.events import Completed, Event, PartialImage, Progress, Queued
from protocol.order import PaintOrder
from protocol.parameters import Painted, embed

PREVIEW_EVERY = 2
"""Steps."""


def noise(size: float) -> bytes:
    """A PNG file of about so many bytes."""
    side = max(8, math.isqrt(int(size / 3)))
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def main() -> int:
    told = json.loads(os.environ.get("FAKE_ENGINE", "{}"))
    picture, preview = noise(1e6 * told.pop("megabytes", 0.01)), noise(1e3 * told.pop("preview_kilobytes", 0))
    shows = len(preview) > 1_000
    os.environ["FAKE_ENGINE"] = json.dumps(told)
    fake: Any = importlib.import_module("tests.fake_engine")

    async def events(self: Any, order: PaintOrder) -> AsyncIterator[Event]:
        yield Queued(0)
        request = order.request.with_defaults(fake.DEFAULTS)
        for index in range(request.count):
            for step in range(1, request.steps + 1):
                await fake.asyncio.sleep(self.pause)
                yield Progress(index=index, step=step, steps=request.steps)
                if shows and order.partial_images and not step % PREVIEW_EVERY:
                    yield PartialImage(png=preview, index=index, step=step, partial_image_index=step // PREVIEW_EVERY)
            seed = request.seed + index
            record = Painted(
                request=replace(request, seed=seed, count=1),
                prompt_used=request.prompt,
                base_name="none",
                base_fingerprint=fake.FINGERPRINT,
                lane="none",
                batch="1x1x1x1",
            )
            facts: dict[str, Any] = {"prompt_used": request.prompt, "cut": "", "lane": "none", "seconds": 0.5}
            yield Completed(png=embed(picture, record), index=index, seed=seed, **facts)

    fake.FakeEngine._events = events
    return int(fake.main())


if __name__ == "__main__":
    sys.exit(main())
