"""Knows a base by its bytes: the same files give the same fingerprint under any path."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

READ = (".safetensors", ".json", ".txt", ".model")
"""Files that decide how a base paints; everything else in its folder is for people."""


def fingerprint(source: Path) -> str:
    """SHA-256 in hex of a checkpoint, or of the names and contents of a folder's files."""
    if source.is_file():
        return file_sha256(source)
    whole = hashlib.sha256()
    for path in sorted(_deciding(source)):
        whole.update(f"{path.relative_to(source).as_posix()} {file_sha256(path)}\n".encode())
    return whole.hexdigest()


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _deciding(folder: Path) -> Iterable[Path]:
    return (p for p in folder.rglob("*") if p.is_file() and p.suffix in READ)
