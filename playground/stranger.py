"""Who may ask at all: programs and the playground's own page, but no website, under whatever name it reaches this
machine."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web


def refusal(request: web.Request, address: str) -> str | None:
    """Why the request is not let in, as a sentence; None where it is. `address` is the one that others know."""
    known = urlsplit(address).netloc
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in (request.host, known):
        return "Another website may not drive the playground."
    if request.host == known or _is_local(urlsplit(f"//{request.host}").hostname or ""):
        return None
    return "The playground is reached by this machine's address, by a name without a dot, or as --address says."


def _is_local(name: str) -> bool:
    if "." not in name or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
