"""What a member likes, used wherever they say nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.sizes import ASPECTS
from bot.texts import LOCALES
from protocol import checks, limits
from protocol.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """None is not set."""

    style: str | None = None
    weight: float | None = None
    aspect: str | None = None
    steps: int | None = None
    guidance: float | None = None
    negative: str | None = None
    language: str | None = None
    preview: bool | None = None
    private: bool | None = None


NAMES = tuple(field.name for field in fields(Preferences))
_SOUND: Mapping[str, Callable[[Any], object]] = {
    "weight": lambda value: checks.real("weight", value, limits.WEIGHT),
    "aspect": lambda value: checks.one_of("aspect", value, ASPECTS),
    "steps": lambda value: checks.whole("steps", value, limits.STEPS),
    "guidance": lambda value: checks.real("guidance", value, limits.GUIDANCE_SCALE),
    "negative": lambda value: checks.text("negative", value, limits.PROMPT_CHARACTERS, blank=True),
    "language": lambda value: checks.one_of("language", value, LOCALES),
}


def sound(likes: Preferences) -> Preferences:
    """Without what a request may not have today: bounds change, and what was kept before them must not stop anybody
    from painting. A style that is gone is left to whoever has the styles at hand."""
    bad = {name: None for name, check in _SOUND.items() if _fails(check, getattr(likes, name))}
    return replace(likes, **bad) if bad else likes


def _fails(check: Callable[[Any], object], value: object) -> bool:
    try:
        return value is not None and check(value) is None
    except InvalidRequest:
        return True
