"""Serves the page in the browser: the files in `page/`, and leave for the browser to load nothing else."""

import mimetypes
from pathlib import Path

from aiohttp import web

FILES = Path(__file__).resolve().parent / "page"
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""What a browser insists on, whatever this machine's own table says."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",  # blob: previews of files that a person has chosen
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_page(app: web.Application) -> None:
    """`/` is the page, `/page/…` is what it is made of."""
    app.router.add_get("/", _index)
    app.router.add_get("/page/{path:.+}", _file)


async def _index(request: web.Request) -> web.StreamResponse:
    return _answer(FILES / "index.html")


async def _file(request: web.Request) -> web.StreamResponse:
    path = (FILES / request.match_info["path"]).resolve()
    if not path.is_relative_to(FILES) or not path.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    return _answer(path)


def _answer(path: Path) -> web.FileResponse:
    found = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if path.suffix in TYPES else ""
    return web.FileResponse(path, headers={**HEADERS, "Content-Type": f"{found}{charset}"})
