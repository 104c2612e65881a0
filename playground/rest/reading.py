"""Reads a request's body: JSON, or a form of several parts with `payload_json` and files."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from playground.errors import DiscordError, invalid_form
from playground.limits.values import invalid_json
from playground.rest.call import Upload

MOST_BYTES = 25 * 2**20
"""Of one request."""
_FILE = re.compile(r"files?\[?(\d*)\]?$")


@dataclass(slots=True)
class Body:
    json: Any = None
    files: list[Upload] = field(default_factory=list)


async def read_body(request: web.Request) -> Body:
    """Raises `DiscordError`."""
    if not request.body_exists:
        return Body()
    if request.content_type == "multipart/form-data":
        return await _read_parts(request)
    raw = await _read_bytes(request)
    if not raw:
        return Body()
    if request.content_type != "application/json":
        told = "Expected \"Content-Type\" header to be one of {'application/json'}."
        raise invalid_form({"": ("CONTENT_TYPE_INVALID", told)})
    return Body(_parsed(raw))


async def _read_bytes(request: web.Request) -> bytes:
    """To the end also where it is too much: an answer in the middle of a request is lost on many clients."""
    kept, count = bytearray(), 0
    async for part in request.content.iter_chunked(2**16):
        count += len(part)
        if count <= MOST_BYTES:
            kept += part
    if count > MOST_BYTES:
        raise too_large()
    return bytes(kept)


async def _read_parts(request: web.Request) -> Body:
    body, fields, count, heavy = Body(), {}, 0, False
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise _invalid_form_data()
            data = bytearray()
            while chunk := await part.read_chunk(2**16):
                count += len(chunk)
                if not (heavy := count > MOST_BYTES):
                    data += chunk
            if part.filename is None:
                fields[part.name or ""] = bytes(data)
            else:
                index = _index(part.name or "", len(body.files))
                kind = part.headers.get("Content-Type", "application/octet-stream")
                body.files.append(Upload(index, part.filename, kind, bytes(data)))
    except (ValueError, AssertionError):
        raise _invalid_form_data() from None
    if heavy:
        raise too_large()
    if (payload := fields.pop("payload_json", None)) is not None:
        body.json = _parsed(payload)
    elif fields:
        body.json = {name: value.decode(errors="replace") for name, value in fields.items()}
    return body


def _index(name: str, count: int) -> int:
    """Of `files[3]` the 3; of a file without a number how many came before it."""
    found = _FILE.match(name)
    return int(found[1]) if found and found[1] else count


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise invalid_json() from None


def _invalid_form_data() -> DiscordError:
    return DiscordError(400, 50035, "Invalid Form Body")


def too_large() -> DiscordError:
    return DiscordError(413, 40005, "Request entity too large")
