"""Pictures that Discord would refuse for their size, made to fit: as WebP, of lower quality, and then of fewer pixels.

What they say of how they were painted stays inside (`protocol.parameters`); a colour profile does not.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from protocol.errors import InvalidRequest, StyleSealError
from protocol.limits import SIZE_PIXELS
from protocol.parameters import exif_of

_QUALITIES = (95, 90, 80, 70)
"""At full size, one after the other."""
_SMALL_QUALITY = 90
"""Of what has fewer pixels: in a quarter of the room already."""
_WEBP_PIXELS = 16_383
"""The longest side that the format has room for."""


class TooLarge(StyleSealError):
    """Not even the smallest copies fit."""

    code = "too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Fitted:
    """A file to send, and the ending of its name."""

    data: bytes
    extension: Literal["png", "webp"]


def fitted(pictures: Sequence[bytes], each: int, together: int) -> list[Fitted]:
    """The pictures (PNG) in their order, each of at most `each` bytes and all of at most `together`.

    What fits stays as it is, byte for byte. Where only the sum is too large, the largest is made smaller until it is
    not. Leave room in `together` for the rest of the request. Raises `TooLarge`, and `InvalidRequest` for a picture
    that is too large and cannot be decoded.

    It computes, so it belongs in a thread: 2048x2048 pixels of noise took 1.2 s to 10 MiB (12 MiB as PNG) and 3.6 s to
    1 MiB, with transparency 1.6 s and 6.2 s, on one core of a Xeon server.
    """
    copies = [_copies(png) for png in pictures]
    now = [next(smaller) for smaller in copies]
    for at, smaller in enumerate(copies):
        while len(now[at].data) > each:
            if (copy := next(smaller, None)) is None:
                raise _too_large()
            now[at] = copy
    left = set(range(len(now)))
    while sum(len(file.data) for file in now) > together:
        if not left:
            raise _too_large()
        largest = max(left, key=lambda at: len(now[at].data))
        if (copy := next(copies[largest], None)) is None:
            left.remove(largest)
        else:
            now[largest] = copy
    return now


def _too_large() -> TooLarge:
    return TooLarge("What was painted is larger than Discord takes here, even made as small as it can be.")


def _copies(png: bytes) -> Iterator[Fitted]:
    """The picture, then smaller and smaller copies of it, each made when it is asked for."""
    yield Fitted(png, "png")
    exif = exif_of(png)
    for image, quality in _versions(_decoded(png)):
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, exif=exif)
        yield Fitted(file.getvalue(), "webp")


def _versions(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    """With their quality, from the best; no side becomes shorter than what can be painted."""
    if max(image.size) <= _WEBP_PIXELS:
        for quality in _QUALITIES:
            yield image, quality
    while min(image.size) >= 2 * SIZE_PIXELS[0]:
        image = image.reduce(2)
        if max(image.size) <= _WEBP_PIXELS:
            yield image, _SMALL_QUALITY


def _decoded(png: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequest("The picture is damaged and cannot be made smaller.", param="image") from error
