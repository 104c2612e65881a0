"""A JSON object of a request, read field by field; what is wrong is noted at its place, and the reading goes on.

Every method gives the field's value where it is there and right, and None otherwise. As in Discord's own forms a field
that is null is as one that is missing.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playground.errors import invalid_form
from playground.limits import codes
from playground.limits.codes import Code
from playground.limits.values import is_number, is_one_of, listed, shown, snowflake

WEB = ("http", "https")
MOST_WRONGS = 100
"""That are told at once."""


@dataclass(frozen=True, slots=True)
class Form:
    value: dict[str, Any]
    place: str = ""
    wrongs: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Shared by all forms of one request."""

    def at(self, key: str | int) -> str:
        """The place of a field; the key "" is the object itself."""
        return ".".join(part for part in (self.place, str(key)) if part)

    def wrong(self, key: str | int | None, code: Code, **said: Any) -> None:
        """The first thing that is wrong at a place stays; `key` is None for the object itself."""
        if len(self.wrongs) < MOST_WRONGS:
            place = self.place if key is None else self.at(key)
            self.wrongs.setdefault(place, (code.name, code.sentence.format(**said)))

    def judge(self) -> None:
        """Raises `DiscordError` where anything was wrong."""
        if self.wrongs:
            raise invalid_form(self.wrongs)

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def needs(self, key: str) -> bool:
        if not self.has(key):
            self.wrong(key, codes.REQUIRED)
            return False
        return True

    def text(self, key: str, most: int, least: int = 0, *, needed: bool = False) -> str | None:
        """Characters as Discord counts them: code points."""
        value = self._given(key, needed)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(key, codes.STRING, value=shown(value))
            return None
        return value if self.fits(key, len(value), most, least) else None

    def number(
        self, key: str, least: float = -math.inf, most: float = math.inf, *, kind: str = "int", needed: bool = False
    ) -> float | None:
        """`kind` is int or float."""
        value = self._given(key, needed)
        if value is None:
            return None
        if not is_number(value, whole=kind == "int"):
            self.wrong(key, codes.NUMBER, value=shown(value), kind=kind)
        elif value > most:
            self.wrong(key, codes.NUMBER_MAX, kind=kind, most=most)
        elif value < least:
            self.wrong(key, codes.NUMBER_MIN, kind=kind, least=least)
        else:
            return value  # type: ignore[no-any-return]
        return None

    def boolean(self, key: str) -> bool | None:
        value = self.value.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, codes.BOOLEAN)
            return None
        return value

    def choice(self, key: str, allowed: Collection[Any], *, needed: bool = False) -> Any:
        value = self._given(key, needed)
        if value is None or is_one_of(value, allowed):
            return value
        self.wrong(key, codes.CHOICES, choices=listed(allowed))
        return None

    def snowflake(self, key: str, *, needed: bool = False) -> int | None:
        value = self._given(key, needed)
        if value is None:
            return None
        number = snowflake(value)
        if number is None:
            self.wrong(key, codes.NUMBER, value=shown(value), kind="snowflake")
        return number

    def time(self, key: str, *, needed: bool = False) -> float | None:
        """Unix time."""
        value = self.text(key, most=100, needed=needed)
        if value is None:
            return None
        try:
            when = datetime.fromisoformat(value)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            self.wrong(key, codes.TIME, value=shown(value))
            return None

    def url(self, key: str, most: int = 2048, schemes: tuple[str, ...] = WEB, *, needed: bool = False) -> str | None:
        value = self.text(key, most, needed=needed)
        if not value:
            return None
        try:
            parts = urlsplit(value)
        except ValueError:
            self.wrong(key, codes.URL)
            return None
        if not parts.scheme or any(letter.isspace() for letter in value):
            self.wrong(key, codes.URL)
        elif parts.scheme not in schemes:
            self.wrong(key, codes.URL_SCHEME, scheme=shown(parts.scheme), schemes=listed(schemes))
        elif not parts.netloc:
            self.wrong(key, codes.URL)
        else:
            return value
        return None

    def array(self, key: str, most: float = math.inf, least: int = 0, *, needed: bool = False) -> list[Any]:
        """Empty where it is missing or wrong."""
        value = self._given(key, needed)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, codes.LIST)
            return []
        return value if self.fits(key, len(value), most, least) else []

    def forms(self, key: str, most: float = math.inf, least: int = 0, *, needed: bool = False) -> list["Form"]:
        found = []
        for index, item in enumerate(self.array(key, most, least, needed=needed)):
            inner = Form(item if isinstance(item, dict) else {}, self.at(key), self.wrongs)
            inner = replace(inner, place=inner.at(index))
            if isinstance(item, dict):
                found.append(inner)
            else:
                inner.wrong(None, codes.ITEM_REQUIRED if item is None else codes.MODEL)
        return found

    def form(self, key: str, *, needed: bool = False) -> "Form | None":
        value = self._given(key, needed)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, codes.MODEL)
            return None
        return Form(value, self.at(key), self.wrongs)

    def snowflakes(self, key: str, most: float, least: int = 0, *, needed: bool = False) -> list[int]:
        """A set of ids."""
        found: list[int] = []
        seen: set[int] = set()
        for index, item in enumerate(self.array(key, most, least, needed=needed)):
            number = snowflake(item)
            if number is None:
                self.wrong(f"{key}.{index}", codes.NUMBER, value=shown(item), kind="snowflake")
            elif number in seen:
                self.wrong(f"{key}.{index}", codes.ALREADY_THERE)
            else:
                seen.add(number)
                found.append(number)
        return found

    def members(self, key: str, allowed: Collection[Any], least: int = 0) -> list[Any]:
        """A set of values out of those there are."""
        found: list[Any] = []
        for index, item in enumerate(self.array(key, least=least)):
            if not is_one_of(item, allowed):
                self.wrong(f"{key}.{index}", codes.CHOICES, choices=listed(allowed))
            elif item in found:
                self.wrong(f"{key}.{index}", codes.ALREADY_THERE)
            else:
                found.append(item)
        return found

    def fits(self, key: str, length: int, most: float, least: int = 0) -> bool:
        """Says that something is too short or too long in the words that Discord has for it."""
        if least <= length <= most:
            return True
        if least == 0:
            self.wrong(key, codes.MAX_LENGTH, most=most)
        elif most == math.inf:
            self.wrong(key, codes.MIN_LENGTH, least=least)
        else:
            self.wrong(key, codes.BAD_LENGTH, least=least, most=most)
        return False

    def _given(self, key: str, needed: bool) -> Any:
        if needed:
            self.needs(key)
        return self.value.get(key)
