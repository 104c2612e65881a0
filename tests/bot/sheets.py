"""What is looked at on a sheet: its cells, cropped out of it."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from bot.sheets.drawing import layout
from playground.testing import Playground
from protocol.sheet import Cell, cells_in

Json = dict[str, Any]


async def sheet_of(playground: Playground, message: Json) -> bytes:
    (file,) = message["attachments"]
    return await playground.download(file["url"])


def cells_of(sheet: bytes, count: int, width: int = 128, height: int = 128, lines: int = 1) -> list[Image.Image]:
    """The pictures on it, by where they are under a heading of so many lines."""
    plan = layout(count, width, height, lines)
    with Image.open(io.BytesIO(sheet)) as image:
        assert image.size == plan.size
        return [image.convert("RGB").crop(plan.box(number)) for number in range(count)]


def colours(cells: Sequence[Image.Image]) -> list[tuple[int, int, int]]:
    """Of pictures of one colour each."""
    found = [cell.getcolors(2) for cell in cells]
    assert all(one is not None and len(one) == 1 for one in found)
    return [one[0][1] for one in found if one is not None]  # type: ignore[misc]


def weights(cells: Sequence[Cell]) -> list[list[float]]:
    """What their records say, by cell and adapter."""
    return [[use.weight for use in cell.painted.request.adapters] for cell in cells]


async def recorded(playground: Playground, message: Json) -> tuple[Cell, ...]:
    return cells_in(await sheet_of(playground, message))
