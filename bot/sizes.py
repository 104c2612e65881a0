"""Sizes by aspect: as many pixels as the base is used to, in another shape; and what a server bounds of a request that
leaves it open."""

import math
from dataclasses import replace

from protocol.answers import BaseCard
from protocol.limits import SIZE_MULTIPLE, SIZE_PIXELS
from protocol.paint import PaintRequest

ASPECTS = ("1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9")
_USUAL = (512, 512)
_COARSE = 64
"""What bases of 512 pixels and more are used to as a step; smaller ones take `SIZE_MULTIPLE`."""


def sized(request: PaintRequest, aspect: str, card: BaseCard | None, most_side: int | None = None) -> PaintRequest:
    """The request in that shape, unless it has a size, or none is asked for; with neither side above `most_side`
    pixels."""
    base = _USUAL if card is None else (card.defaults.width, card.defaults.height)
    if request.width is None and aspect:
        width, height = size_of(aspect, base)
        request = replace(request, width=width, height=height)
    width, height = (request.width, request.height) if request.width and request.height else base
    if most_side is None or max(width, height) <= most_side:
        return request
    times = most_side / max(width, height)
    return replace(request, width=_within(times * width), height=_within(times * height))


def stepped(request: PaintRequest, card: BaseCard | None, most_steps: int | None) -> PaintRequest:
    """The request in at most so many steps, where it leaves to the base how many."""
    if most_steps is None or request.steps is not None or card is None or card.defaults.steps <= most_steps:
        return request
    return replace(request, steps=most_steps)


def size_of(aspect: str, base: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels, for an aspect such as "3:2" and the size a base paints by itself."""
    across, down = (int(part) for part in aspect.split(":"))
    step = _COARSE if min(base) >= _USUAL[0] else SIZE_MULTIPLE
    unit = math.sqrt(base[0] * base[1] / (across * down))
    return _rounded(unit * across, step), _rounded(unit * down, step)


def _within(pixels: float) -> int:
    return max(SIZE_PIXELS[0], SIZE_MULTIPLE * round(pixels / SIZE_MULTIPLE))


def _rounded(pixels: float, step: int) -> int:
    low, high = SIZE_PIXELS
    return min(max(step * round(pixels / step), low), high)
