"""Each picture of a sheet is the one the engine paints for it alone: the real one, with the embedded base."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.engine_process import EngineProcess
from playground.testing import Playground
from pocket.location import ADAPTERS
from protocol.paint import PaintRequest
from tests.bot.acting import bot, pictures, refused
from tests.bot.sheets import cells_of, sheet_of
from tests.bot.test_real_engine import SECONDS, STYLES, painted, pixels


@pytest.fixture
async def engine() -> AsyncIterator[EngineProcess]:
    async with EngineProcess() as engine:
        yield engine


CLOSE = 4
"""Of 255. In other company the last digits differ, which the steps enlarge: by 1 as a rule, and 3 was seen."""


def apart(cell: Image.Image, png: bytes) -> int:
    """How far the most different values of two pictures are, of 255."""
    return int(np.abs(np.asarray(cell, dtype=int) - pixels(png)).max())


async def test_a_sheet_has_what_the_engine_paints_for_each_weight_and_style_alone(
    engine: EngineProcess, playground: Playground, tmp_path: Path
) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    told = {"engine": str(engine.address), "engine_token": engine.token, "styles": str(ADAPTERS)}
    sks, neon = STYLES.named("sks"), STYLES.named("neon")
    async with bot(playground, tmp_path, told):
        common = {"prompt": "an astronaut", "seed": 7, "steps": 8}
        used = await member.run(demo.art, "sweep", style="sks", **common, count=4, **{"from": 0.25, "to": 1.0})
        swept = await sheet_of(playground, await used.message(pictures, seconds=SECONDS))
        used = await member.run(demo.art, "compare", style1="sks", style2="neon", **common)
        compared = await sheet_of(playground, await used.message(pictures, seconds=SECONDS))
        wanted = [(sks.use(weight),) for weight in (0.25, 0.5, 0.75, 1.0)]
        wanted += [(), (sks.use(),), (neon.use(),)]
        found = [*cells_of(swept, 4), *cells_of(compared, 3)]
        alone = [(await painted(engine, PaintRequest(adapters=uses, **common)))[0] for uses in wanted]
        assert max(apart(cell, png) for cell, png in zip(found, alone, strict=True)) <= CLOSE
        # They differ, each from the next.
        assert min(apart(cell, png) for cell, png in zip(found, alone[1:], strict=False)) > 20
        assert await refused(playground) == []
