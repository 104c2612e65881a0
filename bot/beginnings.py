"""The beginning of what a member wrote, fit for a line of a list."""

import unicodedata

_JOINING = "\u200c\u200d"
"""Unseen as well, but parts of words and of emojis."""


def beginning(words: str, most: int) -> str:
    """On one line of at most `most` characters, without those that are not seen or turn the direction of the rest.
    Nothing is escaped: that is for whoever puts it where Discord formats."""
    line = " ".join("".join(one for one in words if _is_seen(one)).split()).strip(_JOINING)
    return (line if len(line) <= most else f"{line[: most - 1]}…") or "…"


def _is_seen(letter: str) -> bool:
    return letter.isspace() or letter in _JOINING or unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Co", "Cn")
