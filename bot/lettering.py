"""Words in drawn pictures, in letters that Latin, Greek and Cyrillic have."""

from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

_MORE = "…"


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
