"""Styles: what a member picks by name, and the folders they are read from.

A folder of styles holds the adapters' .safetensors files and a `styles.json`:

    {"styles": [{"name": "sks", "title": "Ink woodcut", "trigger": "in sks style", "weight": 1.0,
                 "file": "sks.safetensors", "sha256": "...", "licence": "Apache-2.0", "credit": "StyleSeal",
                 "range": [0.0, 1.5], "family": "sd", "base": "<fingerprint>", "preset": "lcm",
                 "tags": ["ink", "print"], "adult": false}]}

`name`, `file` and `sha256` must be there; `weight` is the one recommended, `range` what is worth trying; `family` and
`base` say what the adapter was made for; `preset` names the sampler, steps and guidance of one that makes painting
faster (`protocol/presets.py`); an `adult` one is for age-restricted places alone. Keys it does not know are
passed over.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from protocol import checks, limits
from protocol.errors import AdapterRefused, InvalidRequest
from protocol.paint import AdapterUse
from protocol.presets import PRESETS

FILE = "styles.json"
_NAME = 40
_TEXT = 200
TAGS = 10
"""Of one style, each of at most `TAG` characters."""
TAG = 30
_DEFAULT_RANGE = (0.0, 1.5)
_NAMED = 20
"""Styles, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One adapter under a name. `weight` is the recommended one (1.0 is as trained), `weight_range` from the faintest
    to the strongest worth asking for. Raises `InvalidRequest` for a value its field cannot have."""

    name: str
    path: Path
    sha256: str
    title: str = ""
    trigger: str = ""
    weight: float = 1.0
    weight_range: tuple[float, float] = _DEFAULT_RANGE
    licence: str = ""
    credit: str = ""
    family: str = ""
    base: str = ""
    preset: str = ""
    tags: tuple[str, ...] = ()
    adult: bool = False

    def __post_init__(self) -> None:
        checks.text("name", self.name, _NAME, blank=False, lines=False)
        if self.name != self.name.strip() or "," in self.name:
            raise checks.refuse("name", "a name without commas and without spaces around it", self.name)
        for label in ("title", "licence", "credit", "family", "base"):
            checks.text(label, getattr(self, label), _TEXT, blank=True, lines=False)
        if self.preset:
            checks.one_of("preset", self.preset, tuple(PRESETS))
        checks.real("weight", self.weight, limits.WEIGHT)
        low, high = self.weight_range
        low, high = checks.real("range", low, limits.WEIGHT), checks.real("range", high, limits.WEIGHT)
        checks.real("weight", self.weight, (low, high))
        checks.sha256("sha256", self.sha256)
        checks.text("trigger", self.trigger, limits.TRIGGER_CHARACTERS, blank=True, lines=False)
        if len(self.tags) > TAGS:
            raise checks.refuse("tags", f"at most {TAGS} of them", len(self.tags))
        for tag in self.tags:
            checks.text("tags", tag, TAG, blank=False, lines=False)
        checks.flag("adult", self.adult)

    def use(self, weight: float | None = None, *, with_trigger: bool = True) -> AdapterUse:
        """Its part in a request, at its recommended weight unless another is given. Raises `InvalidRequest`."""
        return AdapterUse(self.sha256, self.weight if weight is None else weight, self.trigger if with_trigger else "")

    def uses(self, weight: float | None = None) -> tuple[AdapterUse, ...]:
        """As `use`, for whoever does not know whether it is one adapter or several."""
        return (self.use(weight),)

    def file_bytes(self) -> int:
        """The size of its file in bytes. Raises `AdapterRefused` where there is none."""
        try:
            return self.path.stat().st_size
        except OSError as wrong:
            raise AdapterRefused(f"The adapter of the style {self.name} is missing: {self.path}.") from wrong

    def read(self) -> bytes:
        """Its file, if it is the one that was meant. Raises `AdapterRefused`."""
        try:
            data = self.path.read_bytes()
        except OSError as wrong:
            raise AdapterRefused(f"The adapter of the style {self.name} is missing: {self.path}.") from wrong
        self._must_be(hashlib.sha256(data).hexdigest())
        return data

    def check(self) -> None:
        """As `read`, without the file in memory."""
        try:
            with self.path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as wrong:
            raise AdapterRefused(f"The adapter of the style {self.name} is missing: {self.path}.") from wrong
        self._must_be(sha256)

    def _must_be(self, sha256: str) -> None:
        if sha256 != self.sha256:
            raise AdapterRefused(
                f"The adapter of the style {self.name} is not the file that was meant: {self.path} was changed."
            )


class Catalogue:
    """Every style of some folders. A name in a later folder hides the same name in an earlier one."""

    def __init__(self, styles: Sequence[Style]) -> None:
        self._styles = {style.name.casefold(): style for style in styles}

    @classmethod
    def of(cls, *folders: Path) -> Self:
        """Reads each folder's styles.json; a folder without one has no styles. Raises `AdapterRefused`."""
        return cls([style for folder in folders for style in _styles_in(folder)])

    def __iter__(self) -> Iterator[Style]:
        return iter(self._styles.values())

    def __len__(self) -> int:
        return len(self._styles)

    def named(self, name: str) -> Style:
        """The style of that name, in whatever case. Raises `InvalidRequest`, with the names that come near."""
        if (style := self._styles.get(name.strip().casefold())) is not None:
            return style
        if not self._styles:
            raise InvalidRequest(
                f"There is no style {checks.shown(name)}, for there are no styles here.", param="style"
            )
        near = self._near(name)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {self._some()}."
        raise InvalidRequest(f"There is no style {checks.shown(name)}. {hint}", param="style")

    def with_hash(self, sha256: str) -> Style | None:
        """The style whose adapter has this hash, if one has."""
        return next((style for style in self if style.sha256 == sha256), None)

    def _some(self) -> str:
        """Their names, or some of them."""
        names = [style.name for style in self]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more

    def _near(self, name: str) -> list[str]:
        """Names close to what was written, or whose title or trigger is."""
        words = {text.casefold(): style.name for style in self for text in (style.trigger, style.title, style.name)}
        words.pop("", None)
        matches = difflib.get_close_matches(name[:_TEXT].casefold(), words, n=3, cutoff=0.5)
        return list(dict.fromkeys(words[match] for match in matches))


def _styles_in(folder: Path) -> list[Style]:
    path = folder / FILE
    try:
        data = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, RecursionError) as wrong:
        raise AdapterRefused(f"{path} cannot be read: {wrong}.") from wrong
    entries = data.get("styles") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise AdapterRefused(f'{path} must hold {{"styles": [...]}}.')
    try:
        styles = [_style(folder, entry) for entry in entries]
    except InvalidRequest as wrong:
        raise AdapterRefused(f"{path} has a style that cannot be used: {wrong.sentence}") from wrong
    names = [style.name.casefold() for style in styles]
    for name in names:
        if names.count(name) > 1:
            raise AdapterRefused(f"{path} has two styles named {name}.")
    return styles


def _style(folder: Path, entry: object) -> Style:
    entry = checks.mapping("a style", entry)
    file = checks.text("file", entry.get("file"), _TEXT, blank=False, lines=False)
    if Path(file).name != file or file in (".", "..") or "\\" in file:
        raise checks.refuse("file", "the name of a file beside styles.json", file)
    return Style(
        name=entry.get("name", ""), path=folder / file, sha256=entry.get("sha256", ""), **_own(entry), **_range(entry)
    )


def _own(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("title", "trigger", "weight", "licence", "credit", "family", "base", "preset", "adult")
    tags = entry.get("tags", [])
    if not isinstance(tags, list):
        raise checks.refuse("tags", "a list of words", tags)
    return {name: entry[name] for name in names if name in entry} | {"tags": tuple(tags)}


def _range(entry: dict[str, Any]) -> dict[str, Any]:
    ends = entry.get("range", list(_DEFAULT_RANGE))
    if not isinstance(ends, list) or len(ends) != 2:
        raise checks.refuse("range", "the lowest and the highest weight", ends)
    return {"weight_range": tuple(ends)}
