"""Which styles are offered while a member types: from memory, at most 25, the likeliest first."""

import difflib
from collections import defaultdict, deque
from collections.abc import Sequence

from adapters.styles import Catalogue, Style

MOST = 25
_REMEMBERED = 8


class Choices:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._recent: defaultdict[int, deque[str]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))

    async def used(self, user_id: int, style: str) -> None:
        recent = self._recent[user_id]
        if style in recent:
            recent.remove(style)
        recent.appendleft(style)

    async def of(self, user_id: int, typed: str) -> Sequence[Style]:
        """Those a member used lately go first among equals; what is typed may be part of a name, title or trigger, or
        near one."""
        recent = list(self._recent[user_id]) if user_id in self._recent else []
        words = typed.strip().casefold()
        ranked = [(rank, style) for style in self._catalogue if (rank := _rank(style, words)) is not None]
        ranked.sort(key=lambda pair: (pair[0], recent.index(pair[1].name) if pair[1].name in recent else len(recent)))
        return [style for _, style in ranked[:MOST]]


def _rank(style: Style, typed: str) -> int | None:
    """Lower is nearer; None is not at all."""
    name = style.name.casefold()
    if name.startswith(typed):
        return 0
    if typed in name or typed in style.title.casefold() or typed in style.trigger.casefold():
        return 1
    return 2 if difflib.SequenceMatcher(None, typed, name).ratio() > 0.6 else None
