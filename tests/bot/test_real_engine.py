"""What members are shown is what the engine paints for what they asked for: the real one, with the embedded base."""

import io
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from adapters.styles import Catalogue
from bot.engine_process import EngineProcess
from bot.link import EngineLink
from playground.testing import Person, Playground
from pocket.location import ADAPTERS
from protocol.events import Completed
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import painted_in
from tests.bot.acting import bot, pictures, refused

SECONDS = 120.0
STYLES = Catalogue.of(ADAPTERS)
Json = dict[str, Any]


@pytest.fixture
async def engine() -> AsyncIterator[EngineProcess]:
    async with EngineProcess() as engine:
        yield engine


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"), dtype=int)


async def painted(engine: EngineProcess, request: PaintRequest) -> list[bytes]:
    """By the engine alone, without the bot."""
    done = []
    async with EngineLink(engine.address, engine.token) as link:
        order = PaintOrder(request=request, stream=True)
        async with aclosing(link.paint(order, lambda sha256: STYLES.with_hash(sha256).read())) as events:  # type: ignore[union-attr]
            async for event in events:
                if isinstance(event, Completed):
                    done.append(event)
    return [event.png for event in sorted(done, key=lambda event: event.index)]


async def shown(playground: Playground, message: Json) -> list[bytes]:
    return [await playground.download(one["url"]) for one in message["attachments"]]


async def asked(member: Person, channel: Any, **options: Any) -> Json:
    return await (await member.run(channel, "paint", **options)).message(pictures, seconds=SECONDS)


def same(one: bytes, other: bytes) -> bool:
    """But for rounding, which the company of other pictures may change."""
    return pixels(one).shape == pixels(other).shape and np.abs(pixels(one) - pixels(other)).max() <= 2


async def test_the_pictures_are_those_the_engine_paints(
    engine: EngineProcess, playground: Playground, tmp_path: Path
) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    told = {"engine": str(engine.address), "engine_token": engine.token, "styles": str(ADAPTERS)}
    sks, neon = STYLES.named("sks"), STYLES.named("neon")
    async with bot(playground, tmp_path, told):
        # Plain, with a style, and two of them.
        first = await asked(member, demo.art, prompt="an astronaut", style="sks", seed=7, count=2, steps=8)
        request = PaintRequest(prompt="an astronaut", adapters=(sks.use(),), seed=7, count=2, steps=8)
        delivered = await shown(playground, first)
        assert [same(*pair) for pair in zip(delivered, await painted(engine, request), strict=True)] == [True, True]
        assert not same(*delivered)

        # Every option that decides the picture.
        options = {"negative": "a dog", "guidance": 3.5, "sampler": "euler", "aspect": "3:2", "weight": 0.9}
        blend = await asked(
            member, demo.art, prompt="a cat", style="sks", blend_with="neon", seed=11, steps=6, private=True, **options
        )
        assert blend["only_you"]
        uses = tuple(AdapterUse(style.sha256, 0.45, style.trigger) for style in (sks, neon))
        (png,) = await shown(playground, blend)
        width, height = pixels(png).shape[1::-1]
        assert (width, height) == (160, 104)
        request = PaintRequest(
            prompt="a cat",
            adapters=uses,
            negative_prompt="a dog",
            guidance_scale=3.5,
            sampler="euler",
            width=width,
            height=height,
            seed=11,
            steps=6,
        )
        assert same(png, (await painted(engine, request))[0])

        # Over a picture of one's own, then over that one, and larger.
        over = await asked(
            member, demo.art, prompt="a fox", image=("cat.png", png), strength=0.5, seed=5, steps=8, aspect="1:1"
        )
        (fox,) = await shown(playground, over)
        kept = next((tmp_path / "data" / "pictures").rglob("*-0.png")).read_bytes()
        assert (pixels(kept) == pixels(png)).all()
        request = PaintRequest(prompt="a fox", init_image=kept, strength=0.5, seed=5, steps=8, width=128, height=128)
        assert same(fox, (await painted(engine, request))[0])
        varied = await (await member.click(over, "Vary")).message(pictures, seconds=SECONDS)
        (variant,) = await shown(playground, varied)
        request = painted_in(variant).request_with(fox)
        assert (request.prompt, request.strength, request.steps) == ("a fox", 0.6, 8)
        assert same(variant, (await painted(engine, request))[0])
        large = await (await member.click(varied, "Upscale")).message(pictures, seconds=SECONDS)
        (upscaled,) = await shown(playground, large)
        assert pixels(upscaled).shape == (256, 256, 3)
        assert same(upscaled, (await painted(engine, painted_in(upscaled).request_with(variant)))[0])
        assert await refused(playground) == []
