"""What is in a data folder and in a backup of it, and changing that."""

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.library import Library, Quota
from adapters.styles import Style
from bot.backup.checking import check
from bot.backup.making import make
from bot.backup.manifest import Manifest
from bot.backup.restoring import restore

PNG = b"\x89PNG a picture"
ADAPTER = b"an adapter's bytes"


def silent(done: int, total: int) -> None:
    """Nobody is told of the progress."""


def made(data: Path, target: Path, *, pictures: bool = True) -> Manifest:
    return make(data, target, styleseal="1.2.3", pictures=pictures, progress=silent)


def restored(path: Path, data: Path, *, force: bool = False) -> Path | None:
    return restore(path, data, force=force, progress=silent)[1]


def problems(path: Path) -> list[str]:
    return check(path, silent)[1]


def files(folder: Path) -> dict[str, bytes]:
    """Of a data folder, save for the lock."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "bot.lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def written(path: Path, content: dict[str, bytes]) -> None:
    """A .tar of that content."""
    with tarfile.open(path, "w") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def add_adapter(data: Path, name: str, content: bytes = ADAPTER) -> str:
    """As a style of everyone's; gives its SHA-256."""
    with closing(Library(data / "adapters")) as library, library.files.draft() as draft:
        draft.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        style = Style(name=name, path=draft, sha256=sha256, trigger=f"in {name} style")
        kept = library.add(draft, style, len(content), {}, "", Quota())
        library.preview(kept.id, "card").write_bytes(PNG)
    return sha256


def rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def left_over(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def changed(content: dict[str, bytes], ending: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    return {name: change(data) if name.endswith(ending) else data for name, data in content.items()}


def told(content: dict[str, bytes], name: str, data: bytes) -> None:
    """Puts a file in, and into the manifest."""
    manifest = json.loads(content["manifest.json"])
    manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    content[name], content["manifest.json"] = data, json.dumps(manifest).encode()
