"""The pictures of a style that its trial made: with its adapter, without it, and the card of both."""

import os
import secrets
from pathlib import Path

from adapters.card import card
from adapters.files import disk_faults
from adapters.library import Library


def keep(library: Library, style_id: int, plain: bytes, painted: bytes) -> None:
    """In place of those there were. Raises `StorageFailed`."""
    # The card last: where it is, the others are as well.
    pictures = {"with": painted, "without": plain, "card": card(plain, painted)}
    with disk_faults():
        for which, png in pictures.items():
            _write(library.preview(style_id, which), png)


def _write(path: Path, png: bytes) -> None:
    """The file is the old one or the whole new one, never half of it."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(png)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
