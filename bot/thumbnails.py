"""Small copies of pictures, for a page that opens at once. It computes, so it belongs in a thread."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from protocol.errors import InvalidRequest

PIXELS = 512
"""Of the longer side."""
_QUALITY = 82
_LABEL = 40
"""Pixels of the square with the number."""


def thumbnail(pictures: Sequence[bytes], number: int) -> bytes:
    """WebP with `number` in its corner, of one picture (PNG) or of up to four in a square. Raises `InvalidRequest` for
    what cannot be decoded."""
    if len(pictures) == 1:
        sheet = _small(pictures[0], PIXELS)
    else:
        half = PIXELS // 2
        sheet = Image.new("RGB", (PIXELS, half * (2 if len(pictures) > 2 else 1)))
        for at, png in enumerate(pictures[:4]):
            one = _small(png, half)
            left, top = half * (at % 2), half * (at // 2)
            sheet.paste(one, (left + (half - one.width) // 2, top + (half - one.height) // 2))
    _numbered(sheet, number)
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=_QUALITY, method=2)
    return file.getvalue()


def _small(png: bytes, most: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            small = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequest("The picture is damaged and cannot be shown small.", param="image") from error
    small.thumbnail((most, most), reducing_gap=2.0)
    return small


def _numbered(sheet: Image.Image, number: int) -> None:
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, _LABEL, _LABEL), fill=(0, 0, 0))
    font = ImageFont.load_default(size=_LABEL * 0.7)
    draw.text((_LABEL / 2, _LABEL / 2), str(number), fill=(255, 255, 255), font=font, anchor="mm")
