"""A file that is being fetched, on this disk: `<identity>.part`, and `<identity>.json` with what its bytes belong to.

The note is written while the part is empty and before its first byte, so the bytes there are always those of the file
the note names. Everything here blocks.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from adapters.errors import SourceFailed, StorageFailed

if sys.platform != "win32":
    import fcntl

PART, NOTE, DONE = ".part", ".json", ".done"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Note:
    """Which file the bytes are of: its size in bytes and the server's marks on it, empty where it gave none."""

    total: int
    etag: str = ""
    modified: str = ""

    @property
    def mark(self) -> str:
        """What `If-Range` takes: a weak ETag never holds there. Empty where nothing tells the file from another, and
        for what cannot be sent back."""
        mark = self.etag if self.etag.startswith('"') else self.modified
        return mark if mark.isascii() and mark.isprintable() else ""


class Part:
    """Opened with `Part.opened`, for one at a time; every call raises `StorageFailed` where the disk fails."""

    def __init__(self, folder: Path, name: str, descriptor: int) -> None:
        self._path = folder / f"{name}{PART}"
        self._note = folder / f"{name}{NOTE}"
        self._done = folder / f"{name}{DONE}"
        self._descriptor = descriptor
        self.note: Note | None = None
        self.have = 0

    @classmethod
    def opened(cls, folder: Path, name: str) -> Self:
        """With what an earlier call left there. Raises `SourceFailed` while another one writes to it."""
        with storing():
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}{PART}"
            part = cls(folder, name, os.open(path, _FLAGS, 0o600))
            try:
                part._lock()
                part.have = os.fstat(part._descriptor).st_size
                part._recall()
            except BaseException:
                part.close()
                raise
        return part

    @property
    def is_whole(self) -> bool:
        return self.note is not None and self.have == self.note.total

    def forget(self) -> None:
        """Starts again from nothing."""
        with storing():
            os.truncate(self._descriptor, 0)
            os.fsync(self._descriptor)
            self.have, self.note = 0, None

    def begin(self, note: Note) -> None:
        """Starts again from nothing, with bytes of this file."""
        self.forget()
        with storing():
            if shutil.disk_usage(self._path.parent).free < note.total:
                raise StorageFailed(f"The file has {note.total >> 20} MiB, and the disk has less room than that.")
            fresh = self._note.with_suffix(".new")
            fresh.write_text(json.dumps(asdict(note)), "utf-8")
            fresh.replace(self._note)
            self.note = note

    def append(self, data: bytes) -> None:
        """Raises `SourceFailed` for bytes beyond the file's end."""
        if self.note is None or self.have + len(data) > self.note.total:
            raise SourceFailed("More arrived than was announced. The file is not taken.")
        with storing():
            rest = memoryview(data)
            while rest:
                written = os.write(self._descriptor, rest)
                self.have += written
                rest = rest[written:]

    def sha256(self) -> str:
        with storing(), self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def finish(self) -> Path:
        """Makes it the finished file, which is `<identity>.done`, safe from a loss of power."""
        with storing():
            os.fsync(self._descriptor)
            if sys.platform == "win32":
                self.close()  # a file that is open cannot be renamed there
            self._path.replace(self._done)
            self._note.unlink(missing_ok=True)
        return self._done

    def discard(self) -> None:
        with storing():
            if sys.platform == "win32":
                self.close()
            self._path.unlink(missing_ok=True)
            self._note.unlink(missing_ok=True)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _lock(self) -> None:
        """For this process and any other; it falls with the process. Not on Windows, which has no such lock."""
        if sys.platform != "win32":
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _busy() from None
        try:
            same = os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except FileNotFoundError:
            same = False
        if not same:  # it was finished or discarded between opening and locking it
            raise _busy()

    def _recall(self) -> None:
        try:
            kept = json.loads(self._note.read_text("utf-8"))
            note = Note(int(kept["total"]), str(kept["etag"]), str(kept["modified"]))
        except (FileNotFoundError, ValueError, RecursionError, KeyError, TypeError):
            return
        self.note = note if self.have <= note.total else None


def finished(folder: Path, name: str) -> Path | None:
    """The finished file of that name, where nobody took it away yet."""
    path = folder / f"{name}{DONE}"
    with storing():
        return path if path.is_file() else None


def sweep(folder: Path, older_than_seconds: float) -> int:
    """Deletes what was left here and not touched for that long, and says how many files that were."""
    limit = time.time() - older_than_seconds
    with storing():
        stale = [
            path
            for path in (folder.iterdir() if folder.is_dir() else ())
            if path.suffix in (PART, NOTE, DONE, ".new") and path.is_file() and path.stat().st_mtime <= limit
        ]
        # A part is written to, its note is not: the note of a part that stays has to stay too.
        gone = [path for path in stale if path.suffix != NOTE or path.with_suffix(PART) in stale or not _has_part(path)]
        for path in gone:
            path.unlink(missing_ok=True)
    return len(gone)


@contextmanager
def storing() -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        raise StorageFailed(f"The file cannot be stored: {wrong.strerror or 'the disk failed'}.") from wrong


def _has_part(note: Path) -> bool:
    return note.with_suffix(PART).exists()


def _busy() -> SourceFailed:
    return SourceFailed("This file is being fetched already. Wait until that is done.")
