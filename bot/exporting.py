"""A copy of everything that is kept about a member, for them: one JSON file, and their pictures."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.delivery import REQUEST_BYTES
from bot.jobs import State
from bot.store.member_data import MemberData
from bot.store.pictures import INIT, Pictures

_BESIDE = 64 * 2**10
"""Bytes of a request, and of an archive, that are no file's."""
_ENTRY = 256
"""Bytes that a file takes in an archive besides its own, with both copies of its name."""
_DAY = 10


@dataclass(frozen=True, slots=True)
class Export:
    """`data` is the JSON, or an archive with it where it would be too large; `archive` has so many of all pictures."""

    data: bytes
    data_name: str
    archive: bytes
    archived: int
    pictures: int


class Exporting:
    """One at a time: each is made in memory."""

    def __init__(
        self, data: MemberData, pictures: Pictures, styles: Callable[[int], list[dict[str, Any]]] = lambda _: []
    ) -> None:
        """`styles` tells of those that a member added to servers."""
        self._data = data
        self._pictures = pictures
        self._styles = styles
        self._one = asyncio.Lock()

    async def of(self, user_id: int, upload_bytes: int) -> Export:
        """Of files of at most so many bytes each, which fit into one message together. Raises `StoreFailed`."""
        async with self._one:
            tables = await self._data.of_member(user_id) | {"styles_added": self._styles(user_id)}
            return await asyncio.to_thread(self._made, user_id, tables, upload_bytes)

    def _made(self, user_id: int, tables: Mapping[str, Sequence[Mapping[str, Any]]], upload_bytes: int) -> Export:
        told = {"service": "StyleSeal", "user_id": str(user_id), "made_at": datetime.now(UTC).isoformat()}
        data, name = json.dumps({**told, **tables}, ensure_ascii=False, indent=2).encode(errors="replace"), "json"
        if len(data) > upload_bytes // 2:
            data, name = _archive({f"styleseal-{user_id}.json": data}, zipfile.ZIP_DEFLATED), "json.zip"
        files = self._files(tables)
        room = min(upload_bytes, REQUEST_BYTES - len(data)) - _BESIDE
        fitting = _fitting(files, room)
        archive = _archive(fitting, zipfile.ZIP_STORED) if fitting else b""
        return Export(data, f"styleseal-{user_id}.{name}", archive, len(fitting), len(files))

    def _files(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Path]:
        """By the names they get, the newest first; what a picture was painted over is among them."""
        kept: dict[str, list[int]] = {}
        for picture in tables["pictures"]:
            kept.setdefault(picture["job_id"], []).append(picture["number"])
        found = {}
        for job in sorted(tables["jobs"], key=lambda job: str(job["created_at"]), reverse=True):
            painted = () if job["state"] == State.HELD else kept.get(job["id"], ())
            for number in (*painted, INIT):
                path = self._pictures.path(job["id"], number)
                if path.is_file():
                    over = "-painted-over" if number == INIT else ""
                    found[f"{str(job['created_at'])[:_DAY]}-{job['id']}-{number}{over}.png"] = path
        return found


def _fitting(files: Mapping[str, Path], room: int) -> dict[str, bytes]:
    """The first that have room together."""
    fitting = {}
    for name, path in files.items():
        try:
            data = path.read_bytes() if path.stat().st_size <= room else None
        except OSError:  # its time came meanwhile
            continue
        if data is None:
            break
        room -= len(data) + _ENTRY + 2 * len(name)
        fitting[name] = data
    return fitting


def _archive(files: Mapping[str, bytes], compression: int) -> bytes:
    """The bytes of a zip."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", compression) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return archive.getvalue()
