"""JSON from strangers: as much of it as has the shape it should have. Nothing here raises."""

import re
from typing import Any

from adapters import words

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2**53


def entry(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """A text, or a list of them: sites write one where they mean the other."""
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, str)]


def joined(value: object) -> str:
    return words.line(", ".join(text for text in map(words.line, texts(value)[: words.TRIGGERS]) if text))


def whole(value: object) -> int | None:
    """A whole number from zero on that JavaScript counts exactly."""
    return value if type(value) is int and 0 <= value < _LARGEST else None


def real(value: object) -> float | None:
    return value if type(value) in (int, float) and 0 <= value < _LARGEST else None  # type: ignore[operator,return-value]


def sha256(value: object) -> str:
    """In lower case; empty for what is none."""
    text = value.lower() if isinstance(value, str) and len(value) == 64 else ""
    return text if _SHA256.fullmatch(text) else ""
