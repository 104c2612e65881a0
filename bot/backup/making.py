"""Making a backup, also while the bot runs.

Files first, then the database that names them, then the files that came meanwhile: whatever the database in the backup
names is in it, and what it does not name is swept away where it is put back.
"""

import itertools
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from adapters.settings import FOLDER as LIBRARY
from bot.backup.archive import Archive
from bot.backup.manifest import (
    BOT,
    LIBRARY_DATABASE,
    PICTURES,
    STYLES,
    BackupFailed,
    Manifest,
    Progress,
    disk_faults,
    room,
)
from bot.store.snapshot import copied, without_pictures
from protocol.errors import InvalidRequest

_SLACK = 16 << 20
"""Bytes for what comes while the backup is made."""
_BESIDE = 1_536
"""Bytes for each file besides its own: what a .tar adds, and its line in the manifest."""
_LIBRARY_FILES = (f"{LIBRARY}/files/*/*.safetensors", f"{LIBRARY}/previews/*.png")
_BOT_FILES = (f"{STYLES}/**/*",)
_PICTURE_FILES = (f"{PICTURES}/*/*.png",)


def make(data: Path, target: Path, *, styleseal: str, pictures: bool, progress: Progress) -> Manifest:
    """`styleseal` is the program's version. Raises `InvalidRequest` for a target that is there already, and
    `BackupFailed`; then nothing is left of it."""
    _check(target)
    patterns = _BOT_FILES + _PICTURE_FILES if pictures else _BOT_FILES
    with disk_faults("made"):
        total = _checked_size(data, target, patterns)
        with tempfile.TemporaryDirectory(prefix=".styleseal-backup-", dir=target.parent) as folder:
            place = Path(folder)
            with closing(Archive(place / "backup.tar", lambda done: progress(min(done, total), total))) as archive:
                library = _put(archive, data, LIBRARY_DATABASE, _LIBRARY_FILES, place / "library.sqlite")
                bot = _put(archive, data, BOT, patterns, place / "bot.sqlite", forget_pictures=not pictures)
                now = time.time()
                manifest = Manifest(
                    styleseal=styleseal,
                    made_at=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
                    bot_version=bot,
                    library_version=library,
                    with_pictures=pictures,
                    files=archive.entries,
                )
                archive.finish(manifest, now)
            _check(target)
            (place / "backup.tar").rename(target)
    return manifest


def _check(target: Path) -> None:
    if os.path.lexists(target):
        raise InvalidRequest(f"{target} is there already, and is not written over; name another file.", param="file")
    if not target.parent.is_dir():
        raise InvalidRequest(f"There is no folder {target.parent}; make it first.", param="file")


def _checked_size(data: Path, target: Path, patterns: tuple[str, ...]) -> int:
    """Bytes of all that is to be kept. Raises `BackupFailed` where that is nothing, or more than there is room for."""
    files = [path for _, path in itertools.chain(_files(data, _LIBRARY_FILES), _files(data, patterns))]
    databases = [path for path in (data / BOT, data / LIBRARY_DATABASE) if path.exists()]
    if not files and not databases:
        raise BackupFailed(f"There is nothing to back up in the data folder {data}.")
    total = _size(files) + _size(databases)
    needed = total + _size(databases) + _BESIDE * len(files) + _SLACK  # a database is there twice for a while
    room(target.parent, needed, shutil.disk_usage(target.parent).free, "Name a file on another disk.")
    return total


def _put(
    archive: Archive, data: Path, name: str, patterns: tuple[str, ...], copy: Path, *, forget_pictures: bool = False
) -> int | None:
    """The files, and the database that names them; gives its version, or None where there is none."""
    for file, path in _files(data, patterns):
        archive.put(file, path)
    version = None
    if (data / name).exists():
        try:
            version = copied(data / name, copy)
            if forget_pictures:
                without_pictures(copy)
        except sqlite3.Error as wrong:
            raise BackupFailed(f"The database {data / name} could not be copied: {wrong}.") from wrong
        for file, path in _files(data, patterns):
            archive.put(file, path)
        archive.put(name, copy)
    return version


def _files(data: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """By their names in the backup, in order."""
    found = (path for pattern in patterns for path in data.glob(pattern))
    for path in sorted(found):
        if path.is_file():
            yield path.relative_to(data).as_posix(), path


def _size(paths: list[Path]) -> int:
    size = 0
    for path in paths:
        try:
            size += path.stat().st_size
        except FileNotFoundError:  # it has gone meanwhile
            continue
    return size
