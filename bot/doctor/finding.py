"""What an examination finds: how bad it is, what is so, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, or will, but not as well as it could."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """Sentences for the person who runs the bot; `todo` may also come with what is well, as advice."""

    mark: Mark
    sentence: str
    todo: str = ""


class Diagnosed(Exception):
    """A finding after which there is nothing more to examine."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


class NotKnown(Exception):
    """What an examination would look at cannot be had; another examination says why."""


def ok(sentence: str, todo: str = "") -> Finding:
    return Finding(Mark.OK, sentence, todo)


def warning(sentence: str, todo: str = "") -> Finding:
    return Finding(Mark.WARNING, sentence, todo)


def broken(sentence: str, todo: str = "") -> Finding:
    return Finding(Mark.BROKEN, sentence, todo)


def listed(names: list[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def gigabytes(number: float) -> str:
    return f"{number / 2**30:.1f} GiB" if number >= 2**30 else f"{number / 2**20:.0f} MiB"
