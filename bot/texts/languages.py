"""The languages there are beside English, which stands in the code: one for each catalogue in `bot/locales`."""

import gettext
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

log = logging.getLogger(__name__)
ENGLISH = "en"
FOLDER = Path(__file__).parents[1] / "locales"
NAME, DECIMAL = "X-Language-Name", "X-Decimal-Sign"
"""In the header of a catalogue."""
_FIELD = re.compile(r'^"([\w-]+): (.*?)\\n"$', re.MULTILINE)
Words = str | tuple[str, ...]
"""A text, or its plural forms."""


@dataclass(frozen=True)
class _Read:
    words: Mapping[tuple[str, str], Words]
    form: Callable[[int], int]


@dataclass(frozen=True)
class Language:
    """Its catalogue is read when it is first needed; one that cannot be read is as good as an empty one."""

    code: str
    """As Discord writes it: ru, pt-BR."""
    path: Path

    @cached_property
    def name(self) -> str:
        """Its own."""
        return self._told.get(NAME) or own_name(self._locale) or self.code

    @cached_property
    def decimal(self) -> str:
        """What stands between a number's whole part and the rest."""
        return self._told.get(DECIMAL) or decimal_of(self._locale)

    def said(self, context: str, english: str, count: int = 0) -> str | None:
        """None where there is no translation that a translator stands by."""
        words = self._read.words.get((context, english))
        if not isinstance(words, tuple):
            return words
        form = self._read.form(count)
        return words[form] if form < len(words) else None

    @property
    def _locale(self) -> Locale | None:
        try:
            return Locale.parse(self.code, sep="-")
        except (ValueError, UnknownLocaleError):
            return None

    @cached_property
    def _told(self) -> Mapping[str, str]:
        """By the catalogue's header: what Babel knows of a language takes 30 ms to load, for each."""
        try:
            with self.path.open(encoding="utf-8") as file:
                header = "".join(takewhile(str.strip, file))
        except (OSError, ValueError):
            return {}
        return dict(_FIELD.findall(header))

    @cached_property
    def _read(self) -> _Read:
        try:
            with self.path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
            form = gettext.c2py(catalogue.plural_expr)
        except (OSError, ValueError, PoFileError) as wrong:
            log.error("the translations in %s cannot be read: %s", self.path, wrong)
            return _Read({}, lambda _: 0)
        words: dict[tuple[str, str], Words] = {}
        for message in catalogue:
            english = message.id if isinstance(message.id, str) else message.id[0]
            string = message.string if isinstance(message.string, str) else tuple(message.string or ())
            if message.context and not message.fuzzy and string and all(string):
                words[message.context, english] = string
        return _Read(words, form)


def own_name(locale: Locale | None) -> str:
    """As those who speak it write it alone; empty where nobody knows."""
    name = "" if locale is None else locale.get_display_name() or ""
    return f"{name[:1].upper()}{name[1:]}"


def decimal_of(locale: Locale | None) -> str:
    return "." if locale is None else str(locale.number_symbols["latn"]["decimal"])


def there(folder: Path = FOLDER) -> Mapping[str, Language]:
    """By their codes, in the order of these."""
    found = (Language(path.stem.replace("_", "-"), path) for path in sorted(folder.glob("*.po")))
    return {language.code: language for language in found}
