"""Putting a backup back into a data folder, all of it or nothing.

Everything is read, checked and written beside the place where it goes, in the same folder; only then are the old things
moved aside and the new ones into their place. So it also works where the data folder is a disk of its own.
"""

import os
import secrets
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from adapters.library import VERSION as LIBRARY_VERSION
from bot.backup.archive import Reading, reading
from bot.backup.checking import counted
from bot.backup.manifest import BOT, LIBRARY_DATABASE, PARTS, BackupFailed, Manifest, Progress, disk_faults, room
from bot.store import health, lock, snapshot
from protocol.errors import InvalidRequest

_BESIDE = (f"{BOT}-wal", f"{BOT}-shm", f"{BOT}-journal")
"""What SQLite keeps with a database; with another one it would be its ruin."""


def restore(path: Path, data: Path, *, force: bool, progress: Progress) -> tuple[Manifest, Path | None]:
    """Gives also the folder to which what was there has been moved. Raises `FolderTaken` where a bot runs,
    `InvalidRequest` where there is something and it is not forced, and `BackupFailed`; then all is as it was."""
    with reading(path) as backup, lock.held(data), disk_faults("put back"):
        manifest = backup.manifest
        _refuse_newer(manifest.bot_version, manifest.library_version)
        there = _there(data)
        if there and not force:
            raise InvalidRequest(
                f"The data folder {data} is not empty, there is {', '.join(there)}; --force sets that aside.",
                param="force",
            )
        room(data, manifest.size, shutil.disk_usage(data).free, "Free some of it, or name another data folder.")
        staging = data / f"restoring-{secrets.token_hex(4)}"
        try:
            _extract(backup, staging, progress)
            old = data / f"{data.name}.old-{datetime.now(UTC):%Y-%m-%d-%H%M%S}" if there else None
            _exchange(data, there, old, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return manifest, old


def _there(data: Path) -> list[str]:
    return [name for name in (*PARTS, *_BESIDE) if os.path.lexists(data / name)]


def _refuse_newer(bot: int | None, library: int | None) -> None:
    """Raises `BackupFailed` where a database is of a later version than this program's."""
    for what, found, newest in (("bot", bot, health.newest()), ("library", library, LIBRARY_VERSION)):
        if found is not None and found > newest:
            raise BackupFailed(
                f"The {what}'s database in the backup is of a newer StyleSeal (version {found}; this one knows "
                f"{newest}); use that one."
            )


def _extract(backup: Reading, staging: Path, progress: Progress) -> None:
    """Raises `BackupFailed` for the first thing that is wrong."""
    on_bytes = counted(progress, backup.manifest.size)
    for name in backup.manifest.files:
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb", opener=_for_its_owner) as file:
            problem = backup.problem(name, on_bytes, file)
        if problem:
            raise BackupFailed(f"The backup is damaged. {name}: {problem}.")
    versions = [_sound(staging / name, name) for name in (BOT, LIBRARY_DATABASE)]
    _refuse_newer(*versions)  # the manifest may say anything
    if hasattr(os, "sync"):
        os.sync()


def _for_its_owner(path: str, flags: int) -> int:
    """As the bot makes them."""
    return os.open(path, flags, 0o600)


def _sound(path: Path, name: str) -> int | None:
    """A database's version; None where there is none."""
    if not path.exists():
        return None
    if problem := snapshot.problem(path):
        raise BackupFailed(f"The backup is damaged. {name}: {problem}.")
    try:
        return snapshot.version(path)
    except sqlite3.Error as wrong:
        raise BackupFailed(f"The backup is damaged. {name}: {wrong}.") from wrong


def _exchange(data: Path, there: list[str], old: Path | None, staging: Path) -> None:
    """The bot's database comes last; whatever cannot be moved, everything is back where it was."""
    moves = [] if old is None else [(data / name, old / name) for name in there]
    moves += [(staging / name, data / name) for name in PARTS if (staging / name).exists()]
    done: list[tuple[Path, Path]] = []
    if old is not None:
        old.mkdir()
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except BaseException:  # Ctrl-C, too
        for source, target in reversed(done):
            target.rename(source)
        if old is not None:
            old.rmdir()
        raise
