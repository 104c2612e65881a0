"""The prompt as the text encoder gets it: every trigger once, inside what the encoder reads.

A trigger that the member wrote stays where it is. One that is missing goes to the end, as people write it
("astronaut, in sks style"), unless the encoder would not read it there: then it goes to the front.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from protocol.paint import AdapterUse

_WEIGHT = re.compile(r":\s*[-+]?(?:\d+(?:\.\d+)?|\.\d+)\s*(?=[)\]])")
_BRACKETS = re.compile(r"[()\[\]{}]")
_EMPHASIS = re.compile(r"(?<=[^\s+-])(?:\++|-{2,})(?=\s|,|$)")


class Reader(Protocol):
    """What of a text an encoder reads; the seam to its tokenizer."""

    def read_until(self, text: str) -> int:
        """How many characters of the text are read: all of them, or those before the encoder's limit."""


@dataclass(frozen=True, slots=True)
class Composed:
    text: str
    added: tuple[str, ...]
    """The triggers that were put in."""
    cut: str
    """The end of the text that the encoder does not read."""


def compose(prompt: str, adapters: Sequence[AdapterUse], reader: Reader) -> Composed:
    """The prompt with its missing triggers, strongest adapter first; an adapter of weight 0 adds none."""
    awake = sorted((use for use in adapters if use.weight), key=lambda use: -abs(use.weight))
    triggers: list[str] = []
    for use in awake:
        trigger = use.trigger.strip().strip(",").strip()
        if trigger and not has_phrase(", ".join([prompt, *triggers]), trigger):
            triggers.append(trigger)
    prompt = prompt.strip()
    text = ", ".join([prompt.rstrip(", ") if triggers else prompt, *triggers])
    if triggers and reader.read_until(text) < len(text):
        text = ", ".join([*triggers, prompt])
    return Composed(text, tuple(triggers), text[reader.read_until(text) :].strip())


def has_phrase(prompt: str, phrase: str) -> bool:
    """Whether the phrase stands in the prompt as whole words, in any case, whatever emphasis surrounds it."""
    return re.search(rf"(?<!\w){re.escape(plain(phrase))}(?!\w)", plain(prompt)) is not None


def plain(text: str) -> str:
    """The words without `(…:1.2)`, brackets, `++` and `--`, in lower case, single-spaced."""
    text = _BRACKETS.sub(" ", _WEIGHT.sub("", text))
    return " ".join(_EMPHASIS.sub("", text).casefold().split()).replace(" ,", ",")
