"""Checks that a value is what its field takes. Each returns the value, or raises `InvalidRequest` with a sentence that
names the field, what it takes and what it got.

`label` is the field's name in that sentence; `param` is its JSON key where that differs.
"""

import re
import unicodedata
from typing import Any

from protocol.errors import InvalidRequest
from protocol.webp import is_webp

_SHOWN_CHARACTERS = 40
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def refuse(label: str, takes: str, value: object, param: str | None = None) -> InvalidRequest:
    """The error to raise; the value is shown shortened, since it may be a whole file."""
    return InvalidRequest(f"{label} must be {takes}, not {shown(value)}.", param=param or label)


def shown(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return f"{len(value)} bytes"
    if isinstance(value, str | int | float | None):
        # Cut before it is quoted: quoting a long string costs as much as it is long. An int of thousands of digits
        # cannot even be written out (sys.set_int_max_str_digits).
        if isinstance(value, int) and abs(value) >= 10**_SHOWN_CHARACTERS:
            return "a number of more than forty digits"
        cut = value[: _SHOWN_CHARACTERS + 1] if isinstance(value, str) else value
        text = ascii(cut) if isinstance(cut, str) and not cut.isprintable() else repr(cut)
        return text if len(text) <= _SHOWN_CHARACTERS + 2 else text[:_SHOWN_CHARACTERS] + "…"
    return f"a {type(value).__name__}"


def text(label: str, value: object, longest: int, *, blank: bool, lines: bool = True, param: str | None = None) -> str:
    """A string of at most `longest` characters; `blank` says whether it may be empty or only white space, `lines`
    whether it may hold line breaks and tabs."""
    if not isinstance(value, str):
        raise refuse(label, "text", value, param)
    if len(value) > longest:
        takes = f"{label} must be at most {longest} characters long, and this one is {len(value)}."
        raise InvalidRequest(takes, param=param or label)
    if not blank and not value.strip():
        raise InvalidRequest(f"{label} must not be empty.", param=param or label)
    allowed = "\n\t" if lines else ""
    for character in () if value.isprintable() else value:
        # Cc is control characters; Cs is half of a surrogate pair, which cannot be written as UTF-8.
        if unicodedata.category(character) in ("Cc", "Cs") and character not in allowed:
            takes = f"{label} must not hold control characters, and this one holds U+{ord(character):04X}."
            raise InvalidRequest(takes, param=param or label)
    return value


def whole(label: str, value: object, bounds: tuple[int, int], *, multiple: int = 1, param: str | None = None) -> int:
    low, high = bounds
    kind = "a whole number" if multiple == 1 else f"a multiple of {multiple}"
    # A bool is an int to Python, and never to the person who sent it.
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high or value % multiple:
        raise refuse(label, f"{kind} from {low} to {high}", value, param)
    return value


def real(
    label: str, value: object, bounds: tuple[float, float], *, above: bool = False, param: str | None = None
) -> float:
    """A finite number inside the bounds, as a float; `above` leaves the lower bound itself out."""
    low, high = bounds
    if isinstance(value, int | float) and not isinstance(value, bool):
        inside = low < value <= high if above else low <= value <= high  # NaN is inside no bounds
        if inside:
            return float(value)
    takes = f"a number above {low:g} and up to {high:g}" if above else f"a number from {low:g} to {high:g}"
    raise refuse(label, takes, value, param)


def flag(label: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise refuse(label, "true or false", value)
    return value


def one_of(label: str, value: object, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise refuse(label, f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0], value)
    return value


def sha256(label: str, value: object, *, param: str | None = None) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise refuse(label, "a SHA-256 of 64 lowercase hexadecimal digits", value, param)
    return value


def picture(label: str, value: object, largest: int, *, param: str | None = None) -> bytes:
    """The bytes of a PNG, JPEG or WebP file, by its first bytes; whether it can be decoded shows when it is."""
    if not isinstance(value, bytes) or not (value.startswith((_PNG, _JPEG)) or is_webp(value)):
        raise refuse(label, "the bytes of a PNG, JPEG or WebP picture", value, param)
    if len(value) > largest:
        raise refuse(label, f"at most {largest >> 20} MiB", value, param)
    return value


def png_size(label: str, value: object) -> tuple[int, int]:
    """Width and height in pixels, as the header of a PNG file has them."""
    if not isinstance(value, bytes) or not value.startswith(_PNG) or len(value) < 24 or value[12:16] != b"IHDR":
        raise refuse(label, "the bytes of a PNG picture", value)
    return int.from_bytes(value[16:20]), int.from_bytes(value[20:24])


def mapping(label: str, value: object) -> dict[str, Any]:
    """A JSON object without its null values: null says the same as leaving the key out."""
    if not isinstance(value, dict):
        raise refuse(label, "a JSON object", value)
    return {key: item for key, item in value.items() if item is not None}


def known_keys(label: str, data: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in data:
        if key not in known:
            raise InvalidRequest(f"{label} has no {shown(key)}; it takes {', '.join(known)}.", param=str(key)[:80])
