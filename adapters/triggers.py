"""Trigger words as makers write them down, made into words for a prompt."""

import re
from collections.abc import Iterable

from protocol.limits import TRIGGER_CHARACTERS

_TAG = re.compile(r"<[^<>]*>")
_WEIGHT = re.compile(r":\s*-?\d*\.?\d+\s*(?=[)\]]|$)")
_BRACKETS = str.maketrans("", "", "()[]{}")


def clean(text: str) -> list[str]:
    """Split at commas, without `<lora:…>`, brackets and weights such as `(x:1.2)`; each once, in order."""
    parts = _TAG.sub(" ", text[:20_000]).replace("\n", ",").split(",")
    words = (" ".join(_WEIGHT.sub("", part.strip()).translate(_BRACKETS).split()) for part in parts)
    return once(word for word in words if word and word.isprintable() and len(word) <= TRIGGER_CHARACTERS)


def once(words: Iterable[str]) -> list[str]:
    """The first of those that differ in case only."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(word.casefold(), word)
    return list(found.values())
