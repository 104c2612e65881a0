"""Adapter files on disk, each under the SHA-256 of its bytes: there whole or not there, whatever was interrupted.

A file is made as a draft beside the others, brought to the disk, and renamed. Who may have which file is not known
here; nor is anything locked: the library does both.
"""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.errors import StorageFailed

_SUFFIX = ".safetensors"
_CHUNK = 1 << 20


class Files:
    """Raises `OSError` where its folders cannot be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "files"
        self._prefix = f"{self.folder}/"
        self.drafts = folder / "drafts"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.drafts.mkdir(exist_ok=True)

    def path(self, sha256: str) -> Path:
        return Path(self._prefix + f"{sha256[:2]}/{sha256}{_SUFFIX}")

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A path nobody else has; what is there at the end goes, unless it was put."""
        path = self.drafts / f"{secrets.token_hex(16)}.draft"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def put(self, draft: Path, sha256: str) -> None:
        """Takes a finished draft in; also over a file of the same name, which is the same or was damaged. Raises
        `StorageFailed`."""
        path = self.path(sha256)
        with disk_faults():
            synced(draft)
            path.parent.mkdir(exist_ok=True)
            draft.replace(path)
            synced(path.parent)
            synced(self.folder)

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def known(self) -> Iterator[str]:
        """The SHA-256 of every file there is, by its name."""
        return (path.stem for path in self.folder.glob(f"??/*{_SUFFIX}"))

    def is_sound(self, sha256: str) -> bool:
        """Whether its bytes are still those it is named by. Raises `FileNotFoundError`."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def sweep(self, older_than: float) -> None:
        """Removes the drafts that nobody has touched for so many seconds: what a kill left over."""
        for path in self.drafts.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > older_than:
                    path.unlink()


def copied(source: Path, draft: Path, largest: int) -> str:
    """Copies a file that may change meanwhile; gives the SHA-256 of what was written. Raises `StorageFailed`, and
    `OSError` for a source that cannot be read."""
    digest = hashlib.sha256()
    with source.open("rb") as file, disk_faults(), draft.open("xb") as out:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
            if out.tell() > largest:
                raise StorageFailed(f"The file is larger than {largest >> 20} MiB, and no adapter is.")
    return digest.hexdigest()


def synced(path: Path) -> None:
    """Waits until the disk has it; a folder's entries where it is a folder."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no such thing, and brings entries to the disk by itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@contextmanager
def disk_faults() -> Iterator[None]:
    """A full disk is a sentence for whoever sent the file."""
    try:
        yield
    except OSError as wrong:
        raise StorageFailed(f"The adapter could not be kept: {wrong.strerror or wrong}.") from wrong
