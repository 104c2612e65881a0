"""Words in drawn pictures, in letters that Latin, Greek and Cyrillic have."""

import re
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

from bot.beginnings import beginning

_MORE = "…"
_MISSING = "\0"


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, as matplotlib brings it; `size` in pixels. It reads a disk the first time."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, size)


def fitting(draw: ImageDraw.ImageDraw, words: str, width: float, letters: ImageFont.FreeTypeFont) -> str:
    """The beginning of one line of words that is no wider than so many pixels."""
    line = " ".join(words.split())
    if draw.textlength(line, letters) <= width:
        return line
    while line and draw.textlength(line + _MORE, letters) > width:
        line = line[:-1]
    return line.rstrip() + _MORE


def legible(words: str) -> str:
    """On one line, with one mark in place of any letters that there is no shape for, such as emojis."""
    shapes = _shapes()
    marked = "".join(
        one if one.isspace() or ord(one) in shapes else _MISSING for one in beginning(words, len(words) + 1)
    )
    return re.sub(f"{_MISSING}+", _MORE, marked)


@lru_cache(maxsize=1)
def _shapes() -> frozenset[int]:
    """Letters of the font, by their numbers."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font(12).path)).get_charmap())
