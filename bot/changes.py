"""What was changed from one picture to the next, in few words for those who see both."""

from difflib import SequenceMatcher

from bot.jobs import NOTE_CHARACTERS
from bot.quoting import quoted, units
from bot.texts import number, text
from bot.wanted import Wanted

_WORDS = 100
"""Compared at most: more are not shown, and comparing takes their square, or worse."""
_PART = 60
"""Units of one passage, as they are sent."""
_MORE = "…"


def told(old: Wanted, new: Wanted, locale: str) -> str:
    """At most `NOTE_CHARACTERS` long as it is sent; empty where nothing is different."""
    parts = [text(locale, f"changed_{name}", old=a, new=b) for name, a, b in _numbers(old, new, locale) if a != b]
    texts = {
        "prompt": (old.request.prompt, new.request.prompt),
        "negative": (old.request.negative_prompt or "", new.request.negative_prompt or ""),
    }
    names = {name: text(locale, f"changed_{name}") for name, (a, b) in texts.items() if a != b}
    left = NOTE_CHARACTERS - units(text(locale, "changed", what=", ".join((*parts, *names.values()))))
    for name, shown in names.items():
        words = difference(*texts[name], left - 1)
        left -= units(words) + 1
        parts.append(f"{shown} {words}".rstrip())
    return text(locale, "changed", what=", ".join(parts)) if parts else ""


def difference(old: str, new: str, most: int) -> str:
    """The words removed, struck, and those added, in bold; at most `most` units as they are sent, all quoted."""
    before, after, cut = _apart(old.split(), new.split())
    parts, left = list[str](), most - len(f" {_MORE}")
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for mark, words in (("~~", before[a:b]), ("**", after[c:d])):
            if kind == "equal" or not words:
                continue
            passage = f"{mark}{quoted(' '.join(words), _PART)}{mark}"
            if units(passage) > left:
                return " ".join((*parts, _MORE)) if parts else ""
            parts.append(passage)
            left -= units(passage) + 1
    return " ".join((*parts, _MORE)) if cut else " ".join(parts)


def _apart(before: list[str], after: list[str]) -> tuple[list[str], list[str], bool]:
    """What lies between the common beginning and the common end, and whether there is more of it."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    before, after = before[start:], after[start:]
    shorter = min(len(before), len(after))
    end = next((at for at in range(shorter) if before[-1 - at] != after[-1 - at]), shorter)
    before, after = before[: len(before) - end], after[: len(after) - end]
    return before[:_WORDS], after[:_WORDS], max(len(before), len(after)) > _WORDS


def _numbers(old: Wanted, new: Wanted, locale: str) -> list[tuple[str, str, str]]:
    return [
        ("seed", str(old.request.seed), str(new.request.seed)),
        ("steps", str(old.request.steps), str(new.request.steps)),
        ("weight", weights(old, locale), weights(new, locale)),
    ]


def weights(wanted: Wanted, locale: str) -> str:
    """Of its styles, in their order, as a member reads and writes them."""
    return " + ".join(number(locale, use.weight) for use in wanted.request.adapters)
