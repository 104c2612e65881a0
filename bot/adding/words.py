"""What an admin writes about a style: its name, weight, credit and tags, read and checked."""

import math
import re
import unicodedata

from adapters import words
from adapters.styles import TAG, TAGS
from bot.answers import Refused
from bot.beginnings import beginning
from bot.quoting import quoted
from protocol.limits import WEIGHT

NAME = 40
TRIGGER = words.TRIGGER
LINE = words.TEXT
TAGS_LINE = TAGS * (TAG + 2)
BETWEEN = " — "
"""Credit and licence, in one field."""
_NOT_IN_NAMES = re.compile(r"[@#<>`*|~\\\[\],+]|://")


def name(typed: str) -> str:
    """Raises `Refused` for one that could ping, be formatted, or be taken for something else."""
    line = " ".join(unicodedata.normalize("NFC", typed).split())
    seen = any(unicodedata.category(one)[0] != "M" for one in line)  # marks are seen on something alone
    if not (seen and len(line) <= NAME) or words.line(line, len(line)) != line or _NOT_IN_NAMES.search(line):
        raise Refused("adapter_bad_name", most=NAME, typed=quoted(beginning(typed, 60)))
    return line


def weight(typed: str) -> float:
    """With a point or a comma. Raises `Refused`."""
    low, high = WEIGHT
    try:
        number = float(typed.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise Refused("adapter_bad_weight", low=low, high=high, typed=quoted(beginning(typed, 60)))
    return number


def credit_and_licence(typed: str) -> tuple[str, str]:
    """Without a dash between them it is all credit."""
    credit, _, licence = re.sub(r"\s+[—–-]{1,2}\s+", BETWEEN, f" {typed} ").partition(BETWEEN)
    return words.line(credit, LINE), words.line(licence, LINE)


def one_line(credit: str, licence: str) -> str:
    """As `credit_and_licence` reads it."""
    return f"{credit}{BETWEEN}{licence}".strip() if licence else credit


def tags(typed: str) -> tuple[str, ...]:
    """With commas between them, each once. Raises `Refused`."""
    found: dict[str, str] = {}
    for part in re.split(r"[,\n]", typed):
        if line := words.line(part, len(part) + 1):
            found.setdefault(line.casefold(), line)
    if len(found) > TAGS or any(len(one) > TAG for one in found.values()):
        raise Refused("adapter_bad_tags", most=TAGS, long=TAG)
    return tuple(found.values())
