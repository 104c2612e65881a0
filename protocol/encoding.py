"""How pictures and sizes are written in JSON: base64 and "WIDTHxHEIGHT", as OpenAI's API has them."""

import base64
import binascii

from protocol import checks


def picture_to_json(picture: bytes) -> str:
    return base64.b64encode(picture).decode("ascii")


def picture_from_json(label: str, written: object, largest: int) -> bytes:
    """The bytes, at most `largest` of them. Raises `InvalidRequest`."""
    takes = "a picture in base64"
    if not isinstance(written, str):
        raise checks.refuse(label, takes, written)
    if len(written) > (largest + 2) // 3 * 4:
        raise checks.refuse(label, f"a picture of at most {largest >> 20} MiB", written)
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise checks.refuse(label, takes, written) from None


def size_to_json(width: int, height: int) -> str:
    return f"{width}x{height}"


def size_from_json(written: object) -> tuple[int, int]:
    """Width and height in pixels, not yet checked against any bounds. Raises `InvalidRequest`."""
    parts = written.split("x") if isinstance(written, str) and len(written) <= 20 else []
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise checks.refuse("size", "WIDTHxHEIGHT in pixels or auto", written)
    return int(parts[0]), int(parts[1])
