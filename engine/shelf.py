"""The adapters the engine has been given: checked files under its data folder, named by their SHA-256.

What a file says in its metadata is never looked at; its tensors are checked here and read from here only.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from adapters.canonical import Adapter
from adapters.reading import ROOM
from engine.adapter import read_adapter
from engine.base import Base
from protocol.errors import AdapterRefused, StyleSealError, UnknownAdapter

LARGEST = 1 << 30
"""Bytes of an adapter file; SDXL adapters of rank 128 have some 700 MB."""
DRAFT_SECONDS = 3600
"""After which an untouched draft is left over from a kill, and not another engine's that shares the folder."""


class Shelf:
    """Holds files for one base; what its modules do not match is refused."""

    def __init__(self, folder: Path, base: Base) -> None:
        self.folder = folder
        self.base = base
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob("*.draft"):
            with suppress(FileNotFoundError):
                if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
                    discard(draft)

    def known(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.safetensors"))

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.safetensors"

    def read(self, sha256: str) -> Adapter:
        """The adapter in its canonical form. Raises `UnknownAdapter`, or `AdapterRefused` if it is for another base."""
        path = self.path(sha256)
        if not path.exists():
            raise UnknownAdapter(sha256)
        return read_adapter(path, sha256, self.base)

    def keep(self, draft: Path, sha256: str) -> Adapter:
        """Takes a received file in: hash and tensors checked, then there under its name, whole. Not for the event loop.

        Raises `AdapterRefused`, or `StyleSealError` where the disk does not take it.
        """
        with _disk_faults(), draft.open("r+b") as file:
            got = hashlib.file_digest(file, "sha256").hexdigest()
            if got != sha256:
                raise AdapterRefused(
                    f"The file's SHA-256 is {got[:12]}…, not {sha256[:12]}… as announced; send it again."
                )
            os.fsync(file.fileno())
        adapter = read_adapter(draft, sha256, self.base, ROOM)
        with _disk_faults():
            draft.replace(self.path(sha256))
        return adapter

    @asynccontextmanager
    async def received(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Path]:
        """A draft of our own naming with what comes, under the byte cap; gone at the end, unless it was kept.

        Raises `AdapterRefused` for too much, and `StyleSealError` where the disk does not take it.
        """
        with _disk_faults():
            handle, name = tempfile.mkstemp(suffix=".draft", dir=self.folder)
        try:
            size = 0
            with _disk_faults(), os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > LARGEST:
                        raise AdapterRefused(f"The file is larger than {LARGEST >> 20} MiB, and no adapter is.")
                    file.write(chunk)
            yield Path(name)
        finally:
            discard(Path(name))


def discard(draft: Path) -> None:
    draft.unlink(missing_ok=True)


@contextmanager
def _disk_faults() -> Iterator[None]:
    """A full disk is a sentence for whoever sent the file."""
    try:
        yield
    except OSError as error:
        raise StyleSealError(f"The engine could not keep the adapter: {error.strerror or error}.") from error
