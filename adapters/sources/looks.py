"""What a file is by its first bytes, so that a wrong one is let go before the rest of it arrives."""

from adapters.header import HEADER_BYTES

FIRST = 512
"""As many bytes as are looked at."""
LEAST = 9
"""As many bytes as a .safetensors file has before its header says anything."""

WEB_PAGE = "a web page, perhaps one to log in,"

_BEGINNINGS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"GGUF", "a GGUF model"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x80", "a pickle, which can run programs,"),
    (b"version https://git-lfs", "a pointer of Git LFS"),
)


def wrong(first: bytes, total: int) -> str:
    """What it looks like instead of a .safetensors file of `total` bytes; empty if it looks like one."""
    length = int.from_bytes(first[:8], "little")
    if len(first) >= LEAST and 2 <= length <= HEADER_BYTES and length + 8 <= total and first[8:9] == b"{":
        return ""
    for beginning, what in _BEGINNINGS:
        if first.startswith(beginning):
            return what
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return WEB_PAGE
    if text.startswith((b"{", b"[")):
        return "JSON"
    return "something else"
