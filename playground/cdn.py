"""The files of messages, at signed addresses that expire, and the pictures of emojis."""

import hmac

from aiohttp import web

from playground.state import State
from playground.world.addresses import attachment_path, signature

GONE = "This content is no longer available."
"""What Discord says of an address that has expired, was changed, or never was."""
_HARMLESS = {
    "Cache-Control": "private, max-age=86400",
    "Content-Security-Policy": "sandbox",  # the page is at the same address: no file may act there in its name
    "X-Content-Type-Options": "nosniff",
}


async def serve_file(state: State, request: web.Request) -> web.Response:
    """Answers `/attachments/{channel}/{attachment}/{name}`."""
    place, id, name = (request.match_info[part] for part in ("channel", "attachment", "name"))
    file = state.world.files.find(int(place), int(id)) if _is_id(place) and _is_id(id) else None
    if file is None or file.filename != name or not _is_good(state, request, attachment_path(place, file)):
        return web.Response(status=404, text=GONE)
    return web.Response(body=file.data, headers=_HARMLESS | {"Content-Type": file.content_type})


async def serve_emoji(state: State, request: web.Request) -> web.Response:
    """Answers `/emojis/{id}.{suffix}`, whatever the suffix, with the picture as it was given."""
    id = request.match_info["name"].split(".")[0]
    found = state.world.emoji_pictures.get(int(id)) if _is_id(id) else None
    if found is None:
        return web.Response(status=404)
    kind, data = found
    return web.Response(body=data, headers=_HARMLESS | {"Content-Type": kind})


def _is_id(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 20


def _is_good(state: State, request: web.Request, path: str) -> bool:
    try:
        made, expires = int(request.query["is"], 16), int(request.query["ex"], 16)
        given = request.query["hm"]
    except (KeyError, ValueError):
        return False
    signed = signature(state.world, path, made, expires)
    fits = hmac.compare_digest(signed.encode(), f"ex={expires:x}&is={made:x}&hm={given}&".encode())
    return fits and state.world.clock.now() < expires
