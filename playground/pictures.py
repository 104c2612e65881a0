"""What a file's first bytes and its name say of it: the kind, and a picture's width and height."""

import mimetypes
import re
import struct

_MORE = {".webp": "image/webp", ".avif": "image/avif", ".md": "text/markdown", ".webm": "video/webm"}
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of the segments that say a JPEG's size."""


def content_type(filename: str) -> str:
    """By the suffix, as Discord says it."""
    suffix = filename[filename.rfind(".") :].lower() if "." in filename else ""
    found = _MORE.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def safe_name(filename: str) -> str:
    """As Discord keeps a file's name: no spaces, nothing but ASCII letters, digits and `_.-`."""
    plain = re.sub(r"[^A-Za-z0-9_.\-]", "", filename.replace(" ", "_"))
    return f"unknown{plain}" if plain[:1] in ("", ".") else plain


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, GIF or WebP; None of anything else."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", data, 16)
        elif data[:6] in (b"GIF87a", b"GIF89a"):
            width, height = struct.unpack_from("<HH", data, 6)
        elif data.startswith(b"\xff\xd8"):
            width, height = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            width, height = _webp(data)
        else:
            return None
    except (struct.error, IndexError):
        return None
    return (width, height) if width and height else None


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """Its three forms: VP8 (lossy), VP8L (lossless), VP8X (extended)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        packed = struct.unpack_from("<I", data, 21)[0]
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
