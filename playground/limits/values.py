"""Single JSON values: what they are, and how a sentence shows them."""

from collections.abc import Collection
from typing import Any

from playground.errors import DiscordError

DEEPEST = 64
"""Levels of nesting; nothing that Discord takes has more than ten."""
LARGEST = 10**400
"""Any float is smaller."""
SHOWN = 60
"""Characters of a wrong value that a sentence repeats."""


def is_number(value: Any, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not whole or isinstance(value, int) or value.is_integer()


def is_one_of(value: Any, allowed: Collection[Any]) -> bool:
    """1 is no true, and 1.0 is 1."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value in allowed


def snowflake(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 2**63 else None
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()) or len(value) > 19:
        return None
    return int(value) if value == "0" or value[0] != "0" else None


def shown(value: Any) -> str:
    """The beginning of a value, however deep or long it is."""
    text = type(value).__name__ if isinstance(value, dict | list) else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def listed(values: Collection[Any]) -> str:
    return ", ".join(repr(value) for value in values) + ("," if len(values) == 1 else "")


def bounded(body: Any) -> None:
    """Raises `DiscordError` for JSON so deep, or with numbers so long, that nothing could be done with it."""
    layer = [body]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for value in layer:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            elif isinstance(value, int | float) and not abs(value) <= LARGEST:  # NaN is in no order
                raise invalid_json()
        if not inner:
            return
        layer = inner
    raise invalid_json()


def invalid_json() -> DiscordError:
    return DiscordError(400, 50109, "The request body contains invalid JSON.")
