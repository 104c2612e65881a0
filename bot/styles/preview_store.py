"""Preview pictures of styles on the disk: small WebP files, that can all be painted anew.

A file is named by what it shows: the adapter, its trigger and weight, on which base. Two servers' styles that are the
same share theirs, and a style that is changed gets others.
"""

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from PIL import Image

from adapters.styles import Style
from bot.store.pictures import DiskFailed
from protocol.errors import InvalidRequest

PROMPTS = ("an orange cat in a meadow", "a yellow house at sunset", "a red mushroom in a forest")
"""Short, and of what also a small base knows."""
SEED = 7
PIXELS = 512
"""Of the longer side."""
_QUALITY = 85
_ENOUGH = 0.9
"""Of the room there is: the rest is for what somebody looks at."""
_ENDING = ".webp"
_BASE = "base"
"""The file that says which base the engine had last."""


def key_of(style: Style, base: str) -> str:
    """`base` is a fingerprint."""
    shown = [style.sha256, style.trigger, style.weight, style.preset, base, PROMPTS, SEED]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


class PreviewStore:
    """Reads and writes a disk, so all but `has`, `base` and `full` belongs in a thread. `most` is the bytes that it may
    have; past them the oldest go."""

    def __init__(self, folder: Path, most: int = 500 << 20) -> None:
        self._folder = folder
        self._most = most
        self._sizes: dict[str, int] = {}
        """The oldest first."""
        self.base = ""
        """Of the last engine there was; empty where that is not known."""

    def load(self) -> None:
        """What is kept from before."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            self.base = (self._folder / _BASE).read_text("utf-8").strip()[:200]
        known = []
        for path in self._folder.glob(f"*{_ENDING}"):
            with contextlib.suppress(OSError):
                known.append((path.stat(), path.name))
        self._sizes |= {name: stat.st_size for stat, name in sorted(known, key=lambda one: one[0].st_mtime)}

    @property
    def full(self) -> bool:
        """Whether there is room only for what somebody looks at."""
        return self._bytes >= _ENOUGH * self._most

    @property
    def _bytes(self) -> int:
        return sum(self._sizes.values())

    def has(self, key: str, number: int) -> bool:
        """`number` is of the prompt, from 0."""
        return _name(key, number) in self._sizes

    def read(self, key: str, number: int) -> bytes | None:
        """None where there is none."""
        if not self.has(key, number):
            return None
        try:
            return (self._folder / _name(key, number)).read_bytes()
        except OSError:
            self._sizes.pop(_name(key, number), None)  # somebody has tidied up
            return None

    def keep(self, key: str, number: int, png: bytes) -> None:
        """Raises `DiskFailed`, and `InvalidRequest` for what cannot be decoded."""
        data = _small(png)
        self._write(self._folder / _name(key, number), data)
        self._sizes.pop(_name(key, number), None)
        self._sizes[_name(key, number)] = len(data)
        while self._bytes > self._most and len(self._sizes) > 1:
            self._delete([next(iter(self._sizes))])

    def remember(self, base: str) -> None:
        """Raises `DiskFailed`."""
        self._write(self._folder / _BASE, base.encode())
        self.base = base

    def sweep(self, needed: Collection[str]) -> int:
        """Deletes those of all other keys, and how many these were."""
        gone = [name for name in tuple(self._sizes) if name.partition("-")[0] not in needed]
        self._delete(gone)
        self._delete(path.name for path in self._folder.glob("*.part"))
        return len(gone)

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self._sizes.pop(name, None)
            with contextlib.suppress(OSError):
                (self._folder / name).unlink()

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all."""
        beside = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as wrong:
            raise DiskFailed(f"A preview could not be kept in {self._folder}: {wrong.strerror}.") from wrong


def _name(key: str, number: int) -> str:
    return f"{key}-{number}{_ENDING}"


def _small(png: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise InvalidRequest("The preview is damaged and cannot be kept.", param="image") from wrong
    times = PIXELS / max(picture.size)
    across, down = (max(1, round(times * side)) for side in picture.size)
    file = io.BytesIO()
    picture.resize((across, down), Image.Resampling.LANCZOS).save(file, "WEBP", quality=_QUALITY, method=4)
    return file.getvalue()
