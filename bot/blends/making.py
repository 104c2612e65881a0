"""What a blend may be: its name, its title, and what is in it."""

import unicodedata
from collections.abc import Sequence

from adapters.styles import Style
from bot.answers import Refused
from bot.beginnings import beginning
from bot.quoting import quoted
from bot.store.blends import Part
from bot.styles.choices import BETWEEN
from bot.wish import WEIGHT

PARTS = 4
NAME, TITLE = 40, 100
"""Characters."""
_DIGITS = 4
"""Of a weight: as many as a form shows without an exponent, and takes."""
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))


def folded(name: str) -> str:
    """As names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().translate(_JOINERS).split())


def sound_name(name: str) -> str:
    """Raises `Refused` for what no blend may be named."""
    name = name.strip()
    if beginning(name, NAME) != name or "," in name or BETWEEN.strip() in name.split() or not folded(name):
        raise Refused("blend_bad_name", most=NAME)
    return name


def sound_title(title: str) -> str:
    """On one line, without what is not seen."""
    return beginning(title, TITLE) if title.strip() else ""


def sound_parts(parts: Sequence[tuple[Style | Part, float | None]]) -> tuple[Part, ...]:
    """With their weights; one that is not said is a share of what is recommended. Raises `Refused`."""
    if not 1 < len(parts) <= PARTS:
        raise Refused("blend_parts", most=PARTS)
    weights = [one.weight / len(parts) if own is None else own for one, own in parts]
    found = [
        Part(one.sha256, one.name, round(weight, _DIGITS)) for (one, _), weight in zip(parts, weights, strict=True)
    ]
    for part in found:
        if sum(one.sha256 == part.sha256 for one in found) > 1:
            raise Refused("blend_twice", style=quoted(part.name))
        if not WEIGHT[0] <= part.weight <= WEIGHT[1]:
            raise Refused("blend_weight", style=quoted(part.name), low=WEIGHT[0], high=WEIGHT[1])
    return tuple(found)
