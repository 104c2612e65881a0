"""What members read, in their language: short and kind. A text that a language lacks is shown in English.

Each module has the English of one part of the bot, by key; a text about a number is a pair, for one and for any other.
A new part is a module and its line in `_PARTS`. All other languages are catalogues in `bot/locales` (docs/languages.md).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Self

from bot.texts import (
    adding,
    blending,
    buttons,
    changing,
    gallery,
    looking,
    moderation,
    paint,
    prefs,
    rules,
    settings,
    sheets,
    stats,
    trouble,
)
from bot.texts.languages import ENGLISH, Language, Words, there

log = logging.getLogger(__name__)
COMMAND_NAME = "command name"
OPTION_NAME = "option name"
"""Contexts of the catalogues, beside the keys of texts."""
_PARTS: tuple[ModuleType, ...] = (
    paint,
    looking,
    gallery,
    buttons,
    changing,
    prefs,
    rules,
    settings,
    moderation,
    trouble,
    sheets,
    stats,
    blending,
    adding,
)


def _together() -> Mapping[str, Words]:
    """Raises `ValueError` where two parts have a text of one name."""
    texts: dict[str, Words] = {}
    for part in _PARTS:
        for key, value in part.EN.items():
            if texts.setdefault(key, value) != value:
                raise ValueError(f"{part.__name__} has another text for {key!r}")
    return texts


EN: Mapping[str, Words] = _together()
TRANSLATED: Mapping[str, Language] = there()
LOCALES = (ENGLISH, *TRANSLATED)
LANGUAGES: Mapping[str, str] = {ENGLISH: "English"} | {code: one.name for code, one in TRANSLATED.items()}
"""By code, as each calls itself."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of other texts, by their keys, within a text whose language is not known yet."""

    keys: Sequence[str]

    def said(self, locale: str) -> str:
        return ", ".join(text(locale, key) for key in self.keys)


def locale_of(discord_locale: str) -> str:
    """Of those there are, the one nearest to a client's or a server's."""
    short = discord_locale.partition("-")[0]
    near = [discord_locale, short, *(code for code in LOCALES if code.partition("-")[0] == short)]
    return next((code for code in near if code in LOCALES), ENGLISH)


def text(locale: str, key: str, **values: object) -> str:
    """A value that is `Texts` is said in the same language; a text of several forms is in that of its `count`, and a
    number has the language's decimal sign. `{/prefs set}` in a text is that command and `{@style}` that option, as
    whoever reads this language types them."""
    english = EN[key]
    count = abs(int(values["count"])) if isinstance(english, tuple) else 0  # type: ignore[call-overload]
    if (words := _translated(locale, key, english, count)) is not None:
        try:
            return words.format_map(_Values(locale, values))
        except (KeyError, ValueError, IndexError):
            log.exception("the translation of %s into %s cannot be filled in", key, locale)
    words = english if isinstance(english, str) else english[count != 1]
    return words.format_map(_Values(locale, values))


def translation(locale: str, context: str, english: str) -> str | None:
    """Of what is no text with a key; None where it is as in English."""
    language = TRANSLATED.get(locale)
    return None if language is None else language.said(context, english)


def command(locale: str, name: str) -> str:
    """As whoever reads that language types it, with a slash. Discord puts no mention of a command (</name:id>) into
    anybody's language, and one that has a translated name does nothing: so it is just written."""
    return "/" + " ".join(translation(locale, COMMAND_NAME, part) or part for part in name.split())


def option(locale: str, name: str) -> str:
    return translation(locale, OPTION_NAME, name) or name


def number(locale: str, value: float, form: str = "g") -> str:
    """In a format such as `.1f`, with the language's decimal sign."""
    language = TRANSLATED.get(locale)
    return format(value, form).replace(".", "." if language is None else language.decimal)


def _translated(locale: str, key: str, english: Words, count: int) -> str | None:
    language = TRANSLATED.get(locale)
    if language is None:
        return None
    return language.said(key, english if isinstance(english, str) else english[0], count)


class _Values(dict[str, object]):
    """What is filled in, put into a language."""

    def __init__(self, locale: str, values: Mapping[str, object]) -> None:
        super().__init__({name: self._said(locale, value) for name, value in values.items()})
        self._locale = locale

    @staticmethod
    def _said(locale: str, value: object) -> object:
        if isinstance(value, Texts):
            return value.said(locale)
        return _Number(locale, value) if isinstance(value, float) else value

    def __missing__(self, name: str) -> str:
        if name.startswith("/"):
            return command(self._locale, name[1:])
        if name.startswith("@"):
            return option(self._locale, name[1:])
        raise KeyError(name)


class _Number(float):
    def __new__(cls, _: str, value: float) -> Self:
        return super().__new__(cls, value)

    def __init__(self, locale: str, _: float) -> None:
        self._locale = locale

    def __format__(self, form: str) -> str:
        return number(self._locale, float(self), form)
