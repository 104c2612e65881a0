"""What stands for a style that has no preview yet: a drawn card in a colour of its own."""

import colorsys
import hashlib
import io

from PIL import Image, ImageDraw, ImageFont

from bot.lettering import fitting, font, legible

_PIXELS = 256
_BANDS = 8
_WIDTH = 0.86 * _PIXELS
_LINES = 4
_SIZES = (64, 52, 42, 34, 28)


def placeholder(name: str) -> bytes:
    """A square WebP, always the same for one name. It draws, so it belongs in a thread."""
    hue = hashlib.sha256(name.casefold().encode()).digest()[0] / 256
    sheet = Image.new("RGB", (_PIXELS, _PIXELS))
    draw = ImageDraw.Draw(sheet)
    for band in range(2 * _BANDS):
        left = (band - _BANDS) * _PIXELS // _BANDS
        step = _PIXELS // _BANDS
        shape = ((left, _PIXELS), (left + _PIXELS, 0), (left + _PIXELS + step, 0), (left + step, _PIXELS))
        draw.polygon(shape, fill=_colour(hue, 0.30 + 0.06 * (band % 2)))
    letters, lines = _set(draw, legible(name).split())
    words = "\n".join(lines)
    middle = (_PIXELS / 2, _PIXELS / 2)
    draw.multiline_text(middle, words, fill=(255, 255, 255), font=letters, anchor="mm", align="center")
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=85)
    return file.getvalue()


def _set(draw: ImageDraw.ImageDraw, words: list[str]) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """In the largest letters in which all of it fits, or what fits of it in the smallest."""
    for size in _SIZES:
        letters = font(size, bold=True)
        lines = _lines(draw, words, letters)
        if len(lines) <= _LINES and all(draw.textlength(line, letters) <= _WIDTH for line in lines):
            break
    return letters, [fitting(draw, line, _WIDTH, letters) for line in lines[:_LINES]]


def _lines(draw: ImageDraw.ImageDraw, words: list[str], letters: ImageFont.FreeTypeFont) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if draw.textlength(longer, letters) <= _WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _colour(hue: float, light: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, light, 0.35))
    return red, green, blue
