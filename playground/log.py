"""What the bot asked for and what it was answered, for whoever wants to see why something did not work."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

KEPT = 2000
"""Entries; older ones are forgotten."""
LONGEST, MOST, DEEPEST = 6000, 200, 20
"""Characters of a text, parts of a list or an object, and levels of nesting that are kept of a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`path` is what was asked for, `route` the template it fits ("" where none does)."""

    number: int
    at: float
    method: str
    path: str
    route: str
    status: int
    """0 where there was no answer: it was lost on purpose, or the bot was gone."""
    took: float
    """Seconds."""
    code: int | None
    """Discord's number for what went wrong."""
    refused: str | None
    """Why, as a sentence."""
    body: Any
    """Shortened where it is long."""
    faults: tuple[str, ...]
    """Kinds of those it met."""

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {"faults": list(self.faults)}


class Log:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0
        self.listeners: list[Callable[[Entry], None]] = []

    def add(self, **fields: Any) -> Entry:
        """`fields` are those of `Entry` without its number."""
        self._count += 1
        entry = Entry(number=self._count, **fields | {"body": shortened(fields["body"])})
        self._entries.append(entry)
        for listen in list(self.listeners):
            listen(entry)
        return entry

    def since(self, number: int = 0) -> list[Entry]:
        """Those that came after one, the oldest first."""
        return [entry for entry in self._entries if entry.number > number]


def shortened(body: Any, deepest: int = DEEPEST) -> Any:
    """A picture in a body must not be kept two thousand times. All that Discord takes besides is kept whole."""
    if isinstance(body, str):
        return body if len(body) <= LONGEST else f"{body[:100]}… ({len(body)} characters)"
    if not isinstance(body, dict | list):
        return body
    if not deepest:
        return "…"
    if isinstance(body, list):
        return [shortened(one, deepest - 1) for one in body[:MOST]]
    return {shortened(key): shortened(one, deepest - 1) for key, one in islice(body.items(), MOST)}
