"""What members read, in their language: short and kind. A text that a language lacks is shown in English.

Each module has the texts of one part of the bot: EN and RU by key and, in COMMANDS, the Russian of what the command
picker shows in English. A new part is a module and its line in `_PARTS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from bot.texts import buttons, changing, looking, paint, prefs, rules, trouble

LOCALES = ("en", "ru")
_PARTS: tuple[ModuleType, ...] = (
    paint,
    looking,
    buttons,
    changing,
    prefs,
    rules,
    trouble,
)


def _together(name: str) -> Mapping[str, Any]:
    """Raises `ValueError` where two parts have a text of one name."""
    texts: dict[str, Any] = {}
    for part in _PARTS:
        for key, value in getattr(part, name, {}).items():
            if texts.setdefault(key, value) != value:
                raise ValueError(f"{part.__name__} has another text for {key!r}")
    return texts


_TEXTS: Mapping[str, Mapping[str, Any]] = {"en": _together("EN"), "ru": _together("RU")}
COMMANDS: Mapping[str, str] = _together("COMMANDS")
"""What the command picker shows, in Russian."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of other texts, by their keys, within a text whose language is not known yet."""

    keys: Sequence[str]

    def said(self, locale: str) -> str:
        return ", ".join(text(locale, key) for key in self.keys)


def locale_of(discord_locale: str) -> str:
    """Of those there are, the one nearest to a client's or a server's."""
    short = discord_locale.partition("-")[0]
    return short if short in LOCALES else LOCALES[0]


def text(locale: str, key: str, **values: object) -> str:
    """A value that is `Texts` is said in the same language; a text of several forms is in that of its `count`."""
    known = _TEXTS.get(locale, _TEXTS[LOCALES[0]])
    said = {name: value.said(locale) if isinstance(value, Texts) else value for name, value in values.items()}
    words = known.get(key, _TEXTS[LOCALES[0]][key])
    if isinstance(words, tuple):
        words = words[_FORM[locale](abs(int(values["count"])))]  # type: ignore[call-overload]
    return str(words.format(**said))


_FORM: Mapping[str, Callable[[int], int]] = {
    "en": lambda n: 0 if n == 1 else 1,
    "ru": lambda n: 0 if n % 10 == 1 and n % 100 != 11 else 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2,
}
