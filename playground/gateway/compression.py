"""How payloads are packed for a connection: not at all, or as one stream of zlib or zstd over all of them."""

import importlib
import zlib
from collections.abc import Callable

from playground.gateway.opcodes import Closed

Pack = Callable[[str], str | bytes]
"""A payload's JSON as what goes over the wire: text or one binary message that ends on a flush."""


def packing(compress: str) -> Pack:
    """`compress` is that of the gateway's address. Raises `Closed` for what cannot be done here."""
    if not compress:
        return str
    if compress == "zlib-stream":
        return _zlib()
    if compress == "zstd-stream":
        return _zstd()
    raise Closed(4002, f"There is no compression {compress[:40]!r}, only zlib-stream and zstd-stream.")


def _zlib() -> Pack:
    stream = zlib.compressobj()
    return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Pack:
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        raise Closed(4002, "zstd-stream needs the package zstandard where the playground runs.") from None
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda text: bytes(stream.compress(text.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
