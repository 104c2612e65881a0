"""Words a server does not want painted, however they are disguised: whole words, in whatever case, with letters that
look alike taken for the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_LIKE = str.maketrans(
    # Cyrillic, also what looks so in capitals; Greek; what is written in place of letters.
    "авеёзікмнорстухѕјһԛԝьαβεζηικμνορστυχω013457@$!|",
    "abee3ikmhopctyxsjhqwbabezhikmvopstyxwoieastasii",
)
_WORD = re.compile(r"[^\W_]+")


def first_blocked(words: str, blocked: Iterable[str]) -> str | None:
    """The first of the blocked words, as it was blocked, that is among those words; None where there is none."""
    there = _folded(words)
    together = f" {' '.join(there)} {' '.join(_spelt(there))} "
    return next((one for one in blocked if (key := " ".join(_folded(one))) and f" {key} " in together), None)


def _folded(words: str) -> list[str]:
    """Each word without case, accents and what is not seen, and with one letter for all that look like it."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    seen = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf"))
    return _WORD.findall(unicodedata.normalize("NFKD", seen).translate(_LIKE))


def _spelt(words: Sequence[str]) -> list[str]:
    """What single letters in a row spell: "b o o m"."""
    runs = re.findall(r"(?<!\S)\S(?: \S)+(?!\S)", " ".join(words))
    return [run.replace(" ", "") for run in runs]
