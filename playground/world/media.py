"""Files of a message shown within it: `attachment://name` in embeds and components, made into addresses."""

import zlib
from collections.abc import Mapping
from typing import Any

_SCHEME = "attachment://"
_ON_MEDIA = ("url", "proxy_url", "width", "height", "content_type")
_HOLDERS = ("media", "file")
"""Keys under which a component has what it shows."""

Files = Mapping[str, Mapping[str, Any]]
"""Attachments as JSON has them, by name."""


def in_embeds(embeds: list[dict[str, Any]], files: Files) -> tuple[list[dict[str, Any]], set[str]]:
    """With the addresses of the files in them, and the ids of those that were used. What names no file stays."""
    used: set[str] = set()

    def shown(part: Any) -> Any:
        if not isinstance(part, dict) or (file := _file(part, files)) is None:
            return part
        used.add(str(file["id"]))
        return part | {key: file[key] for key in _ON_MEDIA if key in file}

    return [{key: shown(part) for key, part in embed.items()} for embed in embeds], used


def in_components(node: Any, files: Files) -> Any:
    """The same tree, with what Discord says of each picture and file in it."""
    if isinstance(node, list):
        return [in_components(one, files) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: in_components(value, files) for key, value in node.items() if key not in _HOLDERS}
    for holder in _HOLDERS:
        if isinstance(media := node.get(holder), dict):
            file = _file(media, files)
            made[holder] = _unfurled(media, file)
            if holder == "file" and file is not None:
                made |= {"name": file["filename"], "size": file["size"]}
    return made


def _unfurled(media: Mapping[str, Any], file: Mapping[str, Any] | None) -> dict[str, Any]:
    url = str(media["url"])
    if file is None:
        return {"id": str(zlib.crc32(url.encode())), "url": url, "proxy_url": url}
    return {"id": file["id"], "attachment_id": file["id"]} | {key: file[key] for key in _ON_MEDIA if key in file}


def _file(media: Mapping[str, Any], files: Files) -> Mapping[str, Any] | None:
    url = media.get("url")
    if not isinstance(url, str) or not url.startswith(_SCHEME):
        return None
    return files.get(url.removeprefix(_SCHEME))
