"""The text inside a WebP file: its EXIF, written and read. Pixels are neither decoded nor touched.

A WebP has no texts by keyword as a PNG has. Programs that read AUTOMATIC1111's pictures look into EXIF's UserComment;
the description is its ImageDescription. It holds both since it goes along as one where a program copies a picture's
metadata, and since reading it takes no parser of XML, as XMP would.

Sources: WebP container specification (https://developers.google.com/speed/webp/docs/riff_container); TIFF 6.0,
section 2; Exif 2.32 (CIPA DC-008), 4.6.
"""

import struct
from typing import Literal

from protocol.errors import InvalidRequest

_PICTURES = (b"VP8 ", b"VP8L", b"VP8X")
_CHUNKS = 100_000
_TEXT_BYTES = 4 * 2**20
"""As much as all the texts of a PNG may have."""

_DESCRIPTION, _EXIF_ENTRIES, _COMMENT = 0x010E, 0x8769, 0x9286
_ASCII, _LONG, _UNDEFINED, _UTF8 = 2, 4, 7, 129
_ENTRY = 12
_UTF16_COMMENT = b"UNICODE\0"

Order = Literal["<", ">"]


def is_webp(data: bytes) -> bool:
    """By its first bytes."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def exif(*, comment: str, description: str) -> bytes:
    """The content of an EXIF chunk, without the "Exif" that only JPEG has before it.

    Big endian, and the comment in UTF-16 of the same order, as AUTOMATIC1111's web UI (through piexif) writes both:
    there is no mark of the comment's order, and a reader either takes big endian or goes by the file's.
    """
    described = description.encode() + b"\0"
    commented = _UTF16_COMMENT + comment.encode("utf-16-be")
    header = struct.pack(">2sHI", b"MM", 42, 8)
    inner_at = len(header) + _directory_bytes(2)
    described_at = inner_at + _directory_bytes(1)
    commented_at = described_at + len(described) + len(described) % 2  # TIFF has values at even places
    outer = _entry(_DESCRIPTION, _ASCII, described, described_at)
    outer += _entry(_EXIF_ENTRIES, _LONG, struct.pack(">I", inner_at), 0)
    inner = _entry(_COMMENT, _UNDEFINED, commented, commented_at)
    texts = described.ljust(commented_at - described_at, b"\0") + commented
    return header + _directory(outer) + _directory(inner) + texts


def read_description(webp: bytes) -> str | None:
    """What the file's EXIF has as the picture's description, or None.

    Raises `InvalidRequest` for what is no whole WebP file, or whose EXIF points outside of itself or holds more text
    than a picture has use for.
    """
    tiff = _chunk(webp, b"EXIF").removeprefix(b"Exif\0\0")  # some programs put JPEG's "Exif" there nevertheless
    if not tiff:
        return None
    mark = _part(tiff, 0, 4)
    if mark not in (b"II*\0", b"MM\0*"):
        raise InvalidRequest("The EXIF in this WebP file is not EXIF.", param="image")
    order: Order = "<" if mark[:1] == b"I" else ">"
    (first,) = struct.unpack(f"{order}I", _part(tiff, 4, 4))
    text = _text(tiff, order, first, _DESCRIPTION)
    return None if text is None else text.partition(b"\0")[0].decode("utf-8", "replace")


def _chunk(webp: bytes, wanted: bytes) -> bytes:
    """The data of the first chunk of that kind, empty where there is none.

    The file ends with its container, whatever follows.
    """
    if not is_webp(webp):
        raise InvalidRequest("This is not a WebP file.", param="image")
    end = 8 + int.from_bytes(webp[4:8], "little")
    at = 12
    for number in range(_CHUNKS):
        if at >= end and number:
            return b""
        if at + 8 > min(end, len(webp)):
            raise _not_whole()
        kind, length = struct.unpack_from("<4sI", webp, at)
        if number == 0 and kind not in _PICTURES:
            raise InvalidRequest("This WebP file does not begin with a picture.", param="image")
        if at + 8 + length > min(end, len(webp)):
            raise _not_whole()
        if kind == wanted:
            return webp[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise InvalidRequest(f"This WebP file has more than {_CHUNKS} parts.", param="image")


def _not_whole() -> InvalidRequest:
    return InvalidRequest("This WebP file is not whole: it ends in the middle.", param="image")


def _text(tiff: bytes, order: Order, at: int, wanted: int) -> bytes | None:
    """The bytes of that entry of the directory at `at`; None where it is not there or is no text."""
    (count,) = struct.unpack(f"{order}H", _part(tiff, at, 2))
    entries = _part(tiff, at + 2, count * _ENTRY)
    for tag, kind, length, place in struct.iter_unpack(f"{order}HHI4s", entries):
        if tag != wanted or kind not in (_ASCII, _UTF8):
            continue
        if length > _TEXT_BYTES:
            raise InvalidRequest(f"This WebP file holds more than {_TEXT_BYTES >> 20} MiB of text.", param="image")
        (offset,) = struct.unpack(f"{order}I", place)
        return place[:length] if length <= len(place) else _part(tiff, offset, length)
    return None


def _part(tiff: bytes, at: int, length: int) -> bytes:
    if at + length > len(tiff):
        raise InvalidRequest("The EXIF in this WebP file breaks off.", param="image")
    return tiff[at : at + length]


def _directory_bytes(entries: int) -> int:
    return 2 + entries * _ENTRY + 4


def _directory(entries: bytes) -> bytes:
    """With how many they are before them, and no further directory after them."""
    return struct.pack(">H", len(entries) // _ENTRY) + entries + bytes(4)


def _entry(tag: int, kind: int, value: bytes, at: int) -> bytes:
    """A value of up to four bytes stands in the entry itself, a longer one at `at`."""
    place = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", at)
    return struct.pack(">HHI", tag, kind, 1 if kind == _LONG else len(value)) + place
