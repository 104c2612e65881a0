"""Words a server does not want painted, however they are disguised: whole words, in whatever case, with letters that
look alike taken for the same.

What was written is read in several ways, each of which is words with spaces between them, and a blocked word is looked
for in all of them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

_LIKE = str.maketrans(
    # Cyrillic and Armenian, also what looks so in capitals; Greek; Latin letters that are no other letter with a mark.
    "авекмнорстухіѕјһԛԝьԁӏօսոհαβεζηικμνορτυχωγıłøđħŧɑɡɩʀ",
    "abekmhopctyxisjhqwbdlounhabezhikmvoptyxwyilodhtagir",
)
_LETTERS = {first + at: chr(ord("a") + at) for first in (0x1F1E6, 0x1F150, 0x1F170) for at in range(26)}
"""Letters in circles and squares, and those that flags are made of; the others are folded by Unicode's own rule."""
_UNSEEN = "\u115f\u1160\u3164\uffa0"
"""Letters by Unicode's account that nobody sees."""
_SYMBOLS = str.maketrans("@$€!|", "ase11")
_SYMBOL = re.compile(r"[@$€|]+(?=[^\W_])|(?<=[^\W_])[@$€|]+|!(?=[^\W_])")
"""Where it may stand for a letter: an exclamation mark at the end of a word does not."""
_INSIDE = re.compile(r"(?<=[^\W\d_])[._*~\-](?=[^\W\d_])")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_CAPITAL_I = re.compile(r"(?<=[a-z])I")
_DIGITS: tuple[dict[int, int], ...] = (
    {},
    str.maketrans("013456789", "oieasbtbg"),
    str.maketrans("013456789", "oleasbtbg"),
    str.maketrans("01346", "оізчб"),
)
"""In place of letters; 1 is for two of them, and Cyrillic has its own."""
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0430-\u045f]+")


def first_blocked(words: str, blocked: Iterable[str]) -> str | None:
    """The first of the blocked words, as it was blocked, that is among those words; None where there is none."""
    readings = _readings(words)
    return next((one for one in blocked if any(key in reading for key in _keys(one) for reading in readings)), None)


def can_be_found(word: str) -> bool:
    """Whether there is anything in it to look for."""
    return bool(_keys(word))


@lru_cache(maxsize=20_000)
def _keys(word: str) -> tuple[str, ...]:
    """How it stands in a reading."""
    own = _WORD.findall(_plain(word))
    keys = {f" {' '.join(words)} " for words in (_alike(own), own) if words}
    return tuple(sorted(keys))


def _readings(words: str) -> set[str]:
    plain = _plain(words)
    texts = set[str]()
    for symbols, joined, repeated in product((False, True), (False, True), ("", r"\1", r"\1\1")):
        text = _SYMBOL.sub(lambda found: found[0].translate(_SYMBOLS), plain) if symbols else plain
        text = _INSIDE.sub("", text) if joined else text
        texts.add(_REPEATED.sub(repeated, text) if repeated else text)
    return {reading for text in texts for reading in _read(text)}


def _read(text: str) -> Iterator[str]:
    own = _WORD.findall(text)
    own += _spelt(own)
    # Among Russian words, one that is all Cyrillic is Russian, though it may look like another.
    russian = any(_CYRILLIC.fullmatch(word) and any(ord(letter) not in _LIKE for letter in word) for word in own)
    for digits in _DIGITS:
        read = [word if word.isdigit() else word.translate(digits) for word in own]
        yield f" {' '.join(_alike(read, but_russian=russian))} "


def _plain(words: str) -> str:
    """Without case, accents and what is not seen."""
    named = unicodedata.normalize("NFKD", words).translate(_LETTERS)
    lower = unicodedata.normalize("NFKD", _CAPITAL_I.sub("1", named).casefold())
    return "".join(one for one in lower if unicodedata.category(one) not in ("Mn", "Me", "Cf") and one not in _UNSEEN)


def _alike(words: Sequence[str], *, but_russian: bool = False) -> list[str]:
    """With one letter for all that look like it."""
    return [word if but_russian and _CYRILLIC.fullmatch(word) else word.translate(_LIKE) for word in words]


def _spelt(words: Sequence[str]) -> list[str]:
    """What single letters in a row spell, as in "b o o m"; the first or the last may be words of their own."""
    runs = re.findall(r"(?<!\S)\S(?: \S){2,}(?!\S)", " ".join(words))
    spelt = [run.replace(" ", "") for run in runs]
    return [part for run in spelt for part in dict.fromkeys((run, run[1:], run[:-1], run[1:-1])) if len(part) > 2]
