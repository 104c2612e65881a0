"""Sentences of errors as members read them. They are written in English, where they arise, for programs and operators
as well: here they are found again, to be put into other languages, and what only an operator can use is left out."""

import re
from dataclasses import dataclass

from bot.texts import adapter_errors, translation

SENTENCE = "sentence of an error"
FIELD = "field of an error"
"""Contexts of the catalogues."""
FIELDS = (
    "prompt",
    "negative",
    "negative_prompt",
    "style",
    "steps",
    "guidance_scale",
    "seed",
    "size",
    "strength",
    "weight of an adapter",
)
_FIELD, _REASON = "field", "reason"


@dataclass(frozen=True, slots=True)
class Sentence:
    """`pattern` has {names} for what differs; members read `shorter`, unless it is empty."""

    pattern: str
    shorter: str = ""

    @property
    def english(self) -> str:
        return self.shorter or self.pattern

    def fitting(self, sentence: str) -> dict[str, str] | None:
        """What stands for its names."""
        parts = re.split(r"\{(\w+)\}", self.pattern)
        expression = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        match = re.fullmatch(expression, sentence, re.DOTALL)
        return None if match is None else match.groupdict()


SENTENCES = (
    Sentence("{field} must not be empty."),
    Sentence("{field} must be at most {most} characters long, and this one is {length}."),
    Sentence("{field} must not hold control characters, and this one holds {which}."),
    Sentence(
        "adapters must differ, and {which} is there twice.",
        "These are one style under two names. Only different ones can be blended.",
    ),
    Sentence("The picture to paint over is not there any more."),
    Sentence(
        "The picture to paint over could not be fetched.",
        "The picture to paint over could not be fetched. Please try again.",
    ),
    Sentence("The picture to paint over has too many pixels."),
    Sentence("The picture to paint over is larger than {mib} MiB."),
    Sentence("What to paint over must be a PNG, JPEG or WebP picture, and whole."),
    Sentence("A strength of {strength} needs at least {least} steps, not {steps}."),
    Sentence("The sampler lcm takes at most {most} steps, not {steps}; 4 to 8 are usual."),
    Sentence("size {size} is more than this engine's {most} pixels.", "{size} is more than this engine paints."),
    Sentence("This base cannot be painted with the sampler {name}; it takes {known}."),
    Sentence("This base is painted with {known}, not {name}."),
    Sentence("This base cannot start from a picture."),
    Sentence("This base takes no negative prompt."),
    Sentence(
        "These adapters take {needed} pages of rank {rank} together, and the engine has {pages}.",
        "Together these styles are too large for the engine.",
    ),
    Sentence(
        "The picture's numbers are not finite; the adapter to blame is among {which}. Try a lower weight.",
        "No picture came out with this style. Try a lower weight.",
    ),
    Sentence(
        "The adapter of the style {style} is {wrong}.",
        "The style {style} cannot be painted in now: its file was changed, or is missing. Whoever runs me can see why.",
    ),
    Sentence("The adapter {which} is in none of the styles here any more.", "This style is not here any more."),
    Sentence(
        "The engine has {count} requests waiting already; ask again in a while.",
        "The engine is busy now. Please try again in a while.",
    ),
    Sentence(
        "Other programs use the GPU's memory now; try again when they are done.",
        "The engine is short of memory now. Please try again in a while.",
    ),
    *(Sentence(*one) for one in adapter_errors.PATTERNS),
)


def translated(locale: str, sentence: str) -> str:
    """What a member reads of an error's sentence; one that is not known here as it is."""
    for one in SENTENCES:
        if (found := one.fitting(sentence)) is None:
            continue
        if _FIELD in found:
            found[_FIELD] = translation(locale, FIELD, found[_FIELD]) or found[_FIELD]
        if _REASON in found:
            found[_REASON] = translated(locale, found[_REASON])
        return (translation(locale, SENTENCE, one.english) or one.english).format(**found)
    return sentence
