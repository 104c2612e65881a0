"""Words from strangers, made fit to show: one line each, nothing invisible, not too long."""

import re
import unicodedata
from collections.abc import Iterable

TEXT = 200
TRIGGER = 100
TRIGGERS = 20
_FILE_NAME = 100
_READ = 4_000
"""Characters looked at, of however many there are."""

_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs")
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers: letters and a symbol by their category, of which nothing is seen."""
_TAG = re.compile(r"<(?:lora|lyco|hypernet):[^<>]*>", re.IGNORECASE)
_WEIGHTED = re.compile(r"(?<!\\)\(([^()]*):\s*[0-9.]+\s*\)")


def line(value: object, longest: int = TEXT) -> str:
    """The text on one line, cut with an ellipsis; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    seen = value[:_READ]
    if not (seen.isascii() and seen.isprintable()):
        seen = "".join(map(_visible, seen))
    text = " ".join(seen.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def file_name(value: object) -> str:
    """The last part of a path, as a name to show; no file of ours is ever called that."""
    name = re.split(r"[/\\]", line(value, _READ))[-1].strip()
    stem, dot, suffix = name.rpartition(".")
    room = _FILE_NAME - len(suffix) - 1
    if not dot or room < 1:
        return line(name, _FILE_NAME)
    return f"{line(stem, room)}.{suffix}"


def triggers(texts: Iterable[object]) -> tuple[str, ...]:
    """The words that wake a style, each once: `<lora:...>` left out, `(x:1.2)` without its weight, split at commas."""
    found: dict[str, str] = {}
    for text in texts:
        bare = _WEIGHTED.sub(r"\1", _TAG.sub(",", line(text, _READ)))
        for part in bare.split(","):
            if word := line(part, TRIGGER):
                found.setdefault(word.casefold(), word)
    return tuple(found.values())[:TRIGGERS]


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE or character in _BLANK else character
