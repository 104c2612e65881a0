"""The adapters the engine has been given: checked files under its data folder, named by their SHA-256.

What a file says in its metadata is never looked at; its tensors are checked here and read from here only.
"""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from engine.adapter import Adapter, read_adapter
from engine.base import Base
from protocol.errors import AdapterRefused, UnknownAdapter

LARGEST = 1 << 30
"""Bytes of an adapter file; SDXL adapters of rank 128 have some 700 MB."""


class Shelf:
    """Holds files for one base; what its modules do not match is refused."""

    def __init__(self, folder: Path, base: Base) -> None:
        self.folder = folder
        self.base = base
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob("*.draft"):
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
        """Takes a received file in: hash and tensors checked, then there under its name, whole. Removes the draft."""
        try:
            with draft.open("rb") as file:
                got = hashlib.file_digest(file, "sha256").hexdigest()
            if got != sha256:
                raise AdapterRefused(
                    f"The file's SHA-256 is {got[:12]}…, not {sha256[:12]}… as announced; send it again."
                )
            adapter = read_adapter(draft, sha256, self.base)
            draft.replace(self.path(sha256))
        finally:
            discard(draft)
        return adapter

    async def receive(self, chunks: AsyncIterator[bytes]) -> Path:
        """Writes what comes to a draft of our own naming, under the byte cap, and gives its path."""
        handle, name = tempfile.mkstemp(suffix=".draft", dir=self.folder)
        size = 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > LARGEST:
                        raise AdapterRefused(f"The file is larger than {LARGEST >> 20} MiB, and no adapter is.")
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            discard(Path(name))
            raise
        return Path(name)


def discard(draft: Path) -> None:
    draft.unlink(missing_ok=True)
