"""The text inside a PNG file: reading it, and putting more in. Pixels are neither decoded nor touched.

Source: PNG specification, third edition, 5 (chunks) and 11.3.3 (text): https://www.w3.org/TR/png-3/.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping

from protocol.errors import InvalidRequest

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT_KINDS = (b"tEXt", b"zTXt", b"iTXt")
_KEYWORD_BYTES = 79

_CHUNKS = 100_000
_TEXTS = 256
_TEXT_BYTES = 4 * 2**20
"""Bytes of all the texts of a file together, unpacked."""


def read_text(png: bytes) -> dict[str, str]:
    """Every text of the file by its keyword; of a keyword that is there twice, the first.

    Raises `InvalidRequest` for what is no whole PNG file, or holds more text than a picture has use for.
    """
    found: dict[str, str] = {}
    texts, left = 0, _TEXT_BYTES
    for kind, data in _chunks(png):
        if kind not in _TEXT_KINDS:
            continue
        texts += 1
        if texts > _TEXTS:
            raise InvalidRequest(f"This PNG file holds more than {_TEXTS} texts.", param="image")
        keyword, text, size = _READERS[kind](data, left)
        left -= size
        found.setdefault(keyword, text)
    return found


def insert_text(png: bytes, texts: Mapping[str, str]) -> bytes:
    """The same picture with these texts before its pixels; a text that has one of their keywords already is replaced.

    Raises `InvalidRequest` for what is no whole PNG file, and ValueError for a keyword or text that PNG cannot hold.
    """
    written = b"".join(_written(keyword, text) for keyword, text in texts.items())
    parts = [_SIGNATURE]
    for kind, data in _chunks(png):
        if kind not in _TEXT_KINDS or _keyword(data)[0] not in texts:
            parts.append(_chunk(kind, data))
        if kind == b"IHDR":
            parts.append(written)
    return b"".join(parts)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk, its checksum verified. The file ends with IEND, whatever follows."""
    if not png.startswith(_SIGNATURE):
        raise InvalidRequest("This is not a PNG file.", param="image")
    at = len(_SIGNATURE)
    for number in range(_CHUNKS):
        length, kind = struct.unpack(">I4s", _slice(png, at, 8))
        if (kind == b"IHDR") != (number == 0):
            raise InvalidRequest("This PNG file does not begin with one header.", param="image")
        data = _slice(png, at + 8, length)
        (crc,) = struct.unpack(">I", _slice(png, at + 8 + length, 4))
        if zlib.crc32(data, zlib.crc32(kind)) != crc:
            raise InvalidRequest("This PNG file is damaged: a checksum in it is wrong.", param="image")
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length
    raise InvalidRequest(f"This PNG file has more than {_CHUNKS} parts.", param="image")


def _slice(png: bytes, at: int, length: int) -> bytes:
    if at + length > len(png):
        raise InvalidRequest("This PNG file is not whole: it ends in the middle.", param="image")
    return png[at : at + length]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _written(keyword: str, text: str) -> bytes:
    """A chunk of Latin-1 where that is enough, since every reader knows it, and else of UTF-8."""
    name = keyword.encode("latin-1")
    if not 0 < len(name) <= _KEYWORD_BYTES or "\0" in keyword + text:
        raise ValueError(f"a PNG text is named by 1 to {_KEYWORD_BYTES} characters and holds no NUL")
    try:
        return _chunk(b"tEXt", name + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:
        # Not compressed, without a language, without a translated keyword.
        return _chunk(b"iTXt", name + b"\0\0\0\0\0" + text.encode("utf-8"))


def _keyword(data: bytes) -> tuple[str, bytes]:
    keyword, separator, rest = data.partition(b"\0")
    if not separator or not 0 < len(keyword) <= _KEYWORD_BYTES:
        raise InvalidRequest("This PNG file holds a text without a name.", param="image")
    return keyword.decode("latin-1"), rest


def _read_plain(data: bytes, left: int) -> tuple[str, str, int]:
    keyword, text = _keyword(data)
    return keyword, _bounded(text, left).decode("latin-1"), len(text)


def _read_compressed(data: bytes, left: int) -> tuple[str, str, int]:
    keyword, rest = _keyword(data)
    text = _inflated(rest[1:], left) if rest[:1] == b"\0" else _no_way_to_unpack()
    return keyword, text.decode("latin-1"), len(text)


def _read_international(data: bytes, left: int) -> tuple[str, str, int]:
    keyword, rest = _keyword(data)
    flags, (_, language_end, rest) = rest[:2], rest[2:].partition(b"\0")
    _, translated_end, body = rest.partition(b"\0")
    if len(flags) < 2 or not language_end or not translated_end:
        raise InvalidRequest("This PNG file holds a text that breaks off.", param="image")
    if flags not in (b"\0\0", b"\0\1", b"\1\0"):
        _no_way_to_unpack()
    text = _inflated(body, left) if flags[0] else _bounded(body, left)
    try:
        return keyword, text.decode("utf-8"), len(text)
    except UnicodeDecodeError:
        raise InvalidRequest("This PNG file holds a text that is not UTF-8.", param="image") from None


_READERS = {b"tEXt": _read_plain, b"zTXt": _read_compressed, b"iTXt": _read_international}


def _bounded(text: bytes, left: int) -> bytes:
    if len(text) > left:
        raise InvalidRequest(f"This PNG file holds more than {_TEXT_BYTES >> 20} MiB of text.", param="image")
    return text


def _inflated(packed: bytes, left: int) -> bytes:
    """Unpacks no further than one byte past what is left, however much it would become."""
    unpacker = zlib.decompressobj()
    try:
        text = _bounded(unpacker.decompress(packed, left + 1), left)
    except zlib.error:
        raise InvalidRequest("This PNG file holds a text that cannot be unpacked.", param="image") from None
    if not unpacker.eof:
        raise InvalidRequest("This PNG file holds a text that breaks off.", param="image")
    return text


def _no_way_to_unpack() -> bytes:
    raise InvalidRequest("This PNG file holds a text packed in a way that PNG does not have.", param="image")
