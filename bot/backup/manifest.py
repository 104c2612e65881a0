"""What is in a backup: every file by its name in the data folder, and which versions wrote it."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

from adapters.settings import FOLDER as LIBRARY
from protocol.errors import StyleSealError

NAME = "manifest.json"
"""The last file in the .tar: one that was cut off has none."""
BOT = "bot.sqlite"
LIBRARY_DATABASE = f"{LIBRARY}/library.sqlite"
STYLES = "styles"
PICTURES = "pictures"
PARTS = (LIBRARY, STYLES, PICTURES, BOT)
"""What a backup brings, at the top of the data folder."""
CHUNK = 1 << 20
_FORMAT = 1

Progress = Callable[[int, int], None]
"""Called with how many bytes are done, and how many there are."""


class BackupFailed(StyleSealError):
    """It could not be made, is not sound, or cannot be put back; the sentence says why."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True)
class Entry:
    size: int
    """In bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A database's version is how many migrations it has seen; None where there was no such database."""

    styleseal: str
    made_at: str
    """In UTC, as ISO 8601."""
    bot_version: int | None
    library_version: int | None
    with_pictures: bool
    files: Mapping[str, Entry]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(entry.size for entry in self.files.values())

    def to_json(self) -> dict[str, Any]:
        own = {"format": _FORMAT, "styleseal": self.styleseal, "made_at": self.made_at}
        versions = {"bot_version": self.bot_version, "library_version": self.library_version}
        files = {name: asdict(entry) for name, entry in self.files.items()}
        return own | versions | {"with_pictures": self.with_pictures, "files": files}

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises `BackupFailed` for what a StyleSeal has not written, or a newer one, and for names that lead out."""
        try:
            data = json.loads(text)
            if data["format"] > _FORMAT:
                raise BackupFailed("The backup was made by a newer StyleSeal; use that one.")
            files = {str(name): Entry(int(one["size"]), str(one["sha256"])) for name, one in data["files"].items()}
            manifest = cls(
                styleseal=str(data["styleseal"]),
                made_at=str(data["made_at"]),
                bot_version=_version(data["bot_version"]),
                library_version=_version(data["library_version"]),
                with_pictures=bool(data["with_pictures"]),
                files=files,
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as wrong:
            raise BackupFailed("The backup's manifest cannot be read, so it is damaged.") from wrong
        if strange := [name for name in files if not _stays_inside(name)]:
            raise BackupFailed(f"This is no backup of a StyleSeal's: no file of one is called {strange[0]!r}.")
        return manifest


def _version(value: Any) -> int | None:
    return None if value is None else int(value)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    if str(path) != name or ".." in path.parts or "\0" in name:
        return False
    if os.name == "nt" and any(sign in name for sign in "\\:"):
        return False
    return path.parts[:1] in {(part,) for part in PARTS}  # so it does not begin at the root, either


@contextmanager
def disk_faults(doing: str) -> Iterator[None]:
    """What the disk cannot do is a sentence; `doing` as in "The backup could not be made"."""
    try:
        yield
    except OSError as wrong:
        where = f" ({wrong.filename})" if wrong.filename else ""
        raise BackupFailed(f"The backup could not be {doing}: {wrong.strerror or wrong}{where}.") from wrong


def room(folder: Path, needed: int, free: int, advice: str) -> None:
    """Raises `BackupFailed` where there is too little."""
    if needed > free:
        raise BackupFailed(
            f"It takes {needed / 2**20:.0f} MiB, and {free / 2**20:.0f} MiB are free on the disk of {folder}. {advice}"
        )
