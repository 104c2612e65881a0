"""The .tar of a backup: written file by file, and read at any place in it. Not compressed, since pictures and adapters
are hardly smaller for it."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from bot.backup.manifest import CHUNK, NAME, BackupFailed, Entry, Manifest, disk_faults

_CHANGED = "its bytes are not what they were"


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Archive:
    """One that is being written; it must be new. Raises `OSError`."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]) -> None:
        self.entries: dict[str, Entry] = {}
        self._on_bytes = on_bytes
        self._done = 0
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._file = os.fdopen(file, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def put(self, name: str, path: Path) -> None:
        """Once each; one that has gone meanwhile is left out."""
        if name in self.entries:
            return
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            known = os.fstat(file.fileno())
            info = _info(name, known.st_size, known.st_mtime)
            source = _Hashed(file, self._read)
            self._tar.addfile(info, source)  # type: ignore[arg-type]
        self.entries[name] = Entry(info.size, source.sha256.hexdigest())

    def finish(self, manifest: Manifest, made_at: float) -> None:
        """Waits until the disk has it."""
        text = json.dumps(manifest.to_json()).encode()
        self._tar.addfile(_info(NAME, len(text), made_at), io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()

    def close(self) -> None:
        self._file.close()

    def _read(self, count: int) -> None:
        self._done += count
        self._on_bytes(self._done)


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes], on_read: Callable[[int], None]) -> None:
        self._file = file
        self._on_read = on_read
        self.sha256 = hashlib.sha256()

    def read(self, count: int) -> bytes:
        data = self._file.read(count)
        self.sha256.update(data)
        self._on_read(len(data))
        return data


class Reading:
    """A finished one."""

    def __init__(self, tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], manifest: Manifest) -> None:
        self._tar = tar
        self._members = members
        self.manifest = manifest

    def problem(self, name: str, on_bytes: Callable[[int], None], to: Writable | None = None) -> str:
        """What is wrong with one of the manifest's files, or nothing; it is written to `to`, if that is given."""
        if (member := self._members.get(name)) is None:
            return "it is not in the backup"
        if not member.isreg() or (source := self._tar.extractfile(member)) is None:
            return "it is no file"
        if member.size != self.manifest.files[name].size:  # a file with holes may claim more than any disk has
            return _CHANGED
        digest, size = hashlib.sha256(), 0
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if to is not None:
                to.write(chunk)
            on_bytes(len(chunk))
        return "" if Entry(size, digest.hexdigest()) == self.manifest.files[name] else _CHANGED

    def strangers(self) -> list[str]:
        """Files that the manifest does not name."""
        return sorted(set(self._members) - set(self.manifest.files) - {NAME})


@contextmanager
def reading(path: Path) -> Iterator[Reading]:
    """Raises `BackupFailed`, also for what is no backup."""
    with disk_faults("read"):
        try:
            with tarfile.open(path, "r:") as tar:
                members = {member.name: member for member in tar.getmembers()}
                yield Reading(tar, members, _manifest(path, tar, members))
        except tarfile.TarError as wrong:
            raise BackupFailed(f"{path} is no backup, or a damaged one: {wrong}.") from wrong


def _manifest(path: Path, tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    member = members.get(NAME)
    sound = member is not None and member.isreg() and member.size <= path.stat().st_size
    source = tar.extractfile(member) if member is not None and sound else None
    if source is None:
        raise BackupFailed(f"{path} is no backup, or it is not whole: there is no {NAME} in it.")
    return Manifest.read(source.read())


def _info(name: str, size: int, changed_at: float) -> tarfile.TarInfo:
    """Readable for its owner alone."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, int(changed_at), 0o600
    return info
