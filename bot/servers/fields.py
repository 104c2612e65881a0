"""What stands in the fields of a server's forms, and what is read out of them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answers import Refused
from bot.beginnings import beginning
from bot.quoting import quoted
from bot.servers.blocked_words import can_be_found
from bot.servers.panel import stamp
from bot.servers.settings import LISTED, QUOTA, ROLE_WEIGHT, WORD, WORDS, WORDS_CHARACTERS, ServerSettings
from bot.sizes import ASPECTS
from bot.styles.near import named
from bot.styles.picks import Picks
from bot.texts import Texts
from bot.wish import PROMPT
from protocol.limits import COUNT, GUIDANCE_SCALE, SIZE_MULTIPLE, SIZE_PIXELS, STEPS

_PER_FIELD = 3_000
"""Characters of blocked words that a field is filled in with; it has room for more."""
_FIELD = 4_000
_NUMBER = 20
_SHOWN = 60
_WORDS_FIELDS = 5
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """`most` characters; `bounds` are told in its hint, and hold for what it `reads`."""

    reads: Callable[["Field", str, str, Picks], Any]
    most: int = _NUMBER
    long: bool = False
    bounds: Mapping[str, float] = field(default_factory=dict)


def written(form: str, settings: ServerSettings, role: int = 0) -> dict[str, str]:
    """By the custom_id of each field."""
    if form == "words":
        return _words_written(settings.blocked_words)
    if form == "role":
        return {name: _shown(getattr(settings, name).get(role)) for name in OF_ROLE}
    return {name: _shown(getattr(settings, name)) for name in _FORMS[form]}


def read(
    form: str, old: ServerSettings, role: int, stamps: Sequence[str], filled: Mapping[str, str], picks: Picks
) -> Json:
    """The fields of `ServerSettings` to set. Raises `Refused`."""
    if form == "words":
        return _words_read(old, stamps, filled)
    now = written(form, old, role)
    if len(stamps) != len(now):
        raise Refused("settings_meanwhile")
    changed: Json = {}
    for (name, value), opened in zip(now.items(), stamps, strict=True):
        typed = filled.get(name, value).strip()
        if typed == value or stamp(typed) == opened:
            continue  # as it is, or as it was when the form was opened: somebody else's change stays
        if stamp(value) != opened:
            raise Refused("settings_meanwhile")
        one = FIELDS[name]
        changed[name] = one.reads(one, name, typed, picks) if typed else None
    return _of_role(old, role, changed) if form == "role" else changed


def joined(fields: Mapping[str, str]) -> str:
    """The words of all fields, each once, as they are stamped."""
    return "\n".join(_words("\n".join(fields.values())))


def words_fields(name: str) -> str:
    """Blocked words may fill several fields."""
    return "blocked_words" if name.startswith("blocked_words") else name


def _of_role(old: ServerSettings, role: int, changed: Mapping[str, Any]) -> Json:
    found: Json = {}
    for name, value in changed.items():
        rest = {one: number for one, number in getattr(old, name).items() if one != role}
        found[name] = rest if value is None else {**rest, role: value}
        if len(found[name]) > LISTED:
            raise Refused("settings_many_roles", most=LISTED)
    return found


def _words_written(words: Sequence[str]) -> dict[str, str]:
    fields, size = [""], 0
    for word in words:
        if size + len(word) + 1 > _PER_FIELD and len(fields) < _WORDS_FIELDS:
            fields.append("")
            size = 0
        fields[-1] += f"\n{word}" if fields[-1] else word
        size += len(word) + 1
    return {f"blocked_words_{number}": one for number, one in enumerate(fields, 1)}


def _words_read(old: ServerSettings, stamps: Sequence[str], filled: Mapping[str, str]) -> Json:
    now = joined(_words_written(old.blocked_words))
    words = _words("\n".join(value for name, value in sorted(filled.items()) if name.startswith("blocked_words_")))
    typed = "\n".join(words)
    if typed == now or stamp(typed) == stamps[0]:
        return {}
    if stamp(now) != stamps[0]:
        raise Refused("settings_meanwhile")
    for word in words:
        if len(word) > WORD:
            raise Refused("settings_word_long", word=quoted(word, _SHOWN), most=WORD)
        if not can_be_found(word):
            raise Refused("settings_word_empty", word=quoted(word, _SHOWN))
    if len(words) > WORDS:
        raise Refused("settings_words_many", count=len(words), most=WORDS)
    if len(typed) >= WORDS_CHARACTERS:
        raise Refused("settings_words_long", most=WORDS_CHARACTERS)
    return {"blocked_words": tuple(words)}


def _words(typed: str) -> list[str]:
    """One on each line, or between commas; each once, without what is not seen."""
    found: dict[str, str] = {}
    for part in re.split(r"[\n,;]", typed):
        if part.strip():
            word = beginning(part, len(part) + 1)
            found.setdefault(word.casefold(), word)
    return list(found.values())


# What a field reads


def _whole(own: Field, name: str, typed: str, picks: Picks) -> int:
    low, high = int(own.bounds["low"]), int(own.bounds["high"])
    step = int(own.bounds.get("step", 1))
    if not re.fullmatch(r"[0-9]{1,9}", typed) or not low <= int(typed) <= high or int(typed) % step:
        key = "settings_not_whole" if step == 1 else "settings_not_multiple"
        raise Refused(key, field=Texts([f"setting_{name}"]), low=low, high=high, step=step, typed=quoted(typed, _SHOWN))
    return int(typed)


def _real(own: Field, name: str, typed: str, picks: Picks) -> float:
    low, high = own.bounds["low"], own.bounds["high"]
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        number = math.nan
    if not low <= number <= high or not re.fullmatch(r"[0-9.,]+", typed):
        field_ = Texts([f"setting_{name}"])
        raise Refused("settings_not_number", field=field_, low=low, high=high, typed=quoted(typed, _SHOWN))
    return number


def _style(own: Field, name: str, typed: str, picks: Picks) -> str:
    style = named(picks.catalogue, typed)
    if style.adult:
        raise Refused("settings_adult_default", style=quoted(style.name, _SHOWN))
    return style.name


def _aspect(own: Field, name: str, typed: str, picks: Picks) -> str:
    if typed not in ASPECTS:
        raise Refused("settings_not_aspect", typed=quoted(typed, _SHOWN))
    return typed


def _text(own: Field, name: str, typed: str, picks: Picks) -> str:
    return typed


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def _bounded(bounds: Sequence[float], **more: float) -> dict[str, float]:
    low, high = (int(one) if one == int(one) else one for one in bounds)
    return {"low": low, "high": high, **more}


_FORMS: Mapping[str, tuple[str, ...]] = {
    "limits": ("most_side", "most_steps", "most_count", "quota"),
    "defaults": ("default_style", "default_aspect", "default_steps", "default_guidance", "default_negative"),
}
OF_ROLE = ("role_weights", "role_quotas")
FIELDS: Mapping[str, Field] = {
    "most_side": Field(_whole, bounds=_bounded(SIZE_PIXELS, step=SIZE_MULTIPLE)),
    "most_steps": Field(_whole, bounds=_bounded(STEPS)),
    "most_count": Field(_whole, bounds=_bounded(COUNT)),
    "quota": Field(_whole, bounds=_bounded(QUOTA)),
    "default_style": Field(_style, most=100),
    "default_aspect": Field(_aspect),
    "default_steps": Field(_whole, bounds=_bounded(STEPS)),
    "default_guidance": Field(_real, bounds=_bounded(GUIDANCE_SCALE)),
    "default_negative": Field(_text, most=PROMPT, long=True),
    "role_weights": Field(_real, bounds=_bounded(ROLE_WEIGHT)),
    "role_quotas": Field(_whole, bounds=_bounded(QUOTA)),
    "blocked_words": Field(_text, most=_FIELD, long=True),
}
"""By the setting they are of."""
