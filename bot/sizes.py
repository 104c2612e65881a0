"""Sizes by aspect: as many pixels as the base is used to, in another shape."""

import math
from dataclasses import replace

from protocol.answers import BaseCard
from protocol.limits import SIZE_MULTIPLE, SIZE_PIXELS
from protocol.paint import PaintRequest

ASPECTS = ("1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9")
_USUAL = (512, 512)
_COARSE = 64
"""What bases of 512 pixels and more are used to as a step; smaller ones take `SIZE_MULTIPLE`."""


def sized(request: PaintRequest, aspect: str, card: BaseCard | None) -> PaintRequest:
    """The request in that shape, unless it has a size, or none is asked for."""
    if request.width is not None or not aspect:
        return request
    base = _USUAL if card is None else (card.defaults.width, card.defaults.height)
    width, height = size_of(aspect, base)
    return replace(request, width=width, height=height)


def size_of(aspect: str, base: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels, for an aspect such as "3:2" and the size a base paints by itself."""
    across, down = (int(part) for part in aspect.split(":"))
    step = _COARSE if min(base) >= _USUAL[0] else SIZE_MULTIPLE
    unit = math.sqrt(base[0] * base[1] / (across * down))
    return _rounded(unit * across, step), _rounded(unit * down, step)


def _rounded(pixels: float, step: int) -> int:
    low, high = SIZE_PIXELS
    return min(max(step * round(pixels / step), low), high)
