"""A picture to paint over, from wherever a member attached it: fetched, checked, and turned the right way up."""

import asyncio
import io

import aiohttp
from PIL import Image, ImageOps, UnidentifiedImageError

from protocol.errors import InvalidRequest
from protocol.limits import IMAGE_BYTES, IMAGE_PIXELS

FETCH_SECONDS = 30.0
LONGEST_SIDE = 2_048
"""In pixels; nothing larger is painted, and what is kept need not be larger."""
_FORMATS = ("PNG", "JPEG", "WEBP")


class BadImage(InvalidRequest):
    """It cannot be painted over."""

    code = "bad_image"


async def fetched(url: str) -> bytes:
    """As a PNG. Raises `BadImage`, also where it is not there any more."""
    try:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            aiohttp.ClientSession() as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise BadImage("The picture to paint over is not there any more.")
            data = await _bounded(answer)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as wrong:
        raise BadImage("The picture to paint over could not be fetched.") from wrong
    return await asyncio.to_thread(upright, data)


def upright(data: bytes) -> bytes:
    """The picture as a PNG without anything beside it, turned as its EXIF says. Raises `BadImage`."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > IMAGE_PIXELS:
                raise BadImage("The picture to paint over has too many pixels.")
            # Made small before anything else: few bytes can hold many pixels, and each copy of them takes memory.
            plain = image if image.mode == "RGB" else image.convert("RGB")
            plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            turned = ImageOps.exif_transpose(plain)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as wrong:
        raise BadImage("What to paint over must be a PNG, JPEG or WebP picture, and whole.") from wrong
    file = io.BytesIO()
    turned.save(file, "PNG")
    return file.getvalue()


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        data += chunk
        if len(data) > IMAGE_BYTES:
            raise BadImage(f"The picture to paint over is larger than {IMAGE_BYTES // 2**20} MiB.")
    return bytes(data)
