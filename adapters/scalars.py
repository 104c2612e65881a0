"""Single numbers out of an adapter file, without a tensor library: what each module's alpha is."""

import struct
from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import BinaryIO

from adapters.header import Header, TensorEntry
from protocol.errors import AdapterRefused

_FORMATS = {"F64": "<d", "F32": "<f", "F16": "<e", "I64": "<q", "I32": "<i"}


def read_scalars(path: Path, header: Header, keys: Iterable[str]) -> dict[str, float]:
    """The value of each key that is one number; others are left out. Raises `AdapterRefused` if the file is gone."""
    try:
        with path.open("rb") as file:
            entries = {key: header.tensors[key] for key in keys}
            return {key: _number(file, header, entry) for key, entry in entries.items() if prod(entry.shape) == 1}
    except (OSError, struct.error) as wrong:
        raise AdapterRefused(f"The adapter {path} cannot be read any more.") from wrong


def _number(file: BinaryIO, header: Header, entry: TensorEntry) -> float:
    file.seek(header.length + entry.start)
    data = file.read(entry.end - entry.start)
    if entry.dtype in _FORMATS:
        return float(struct.unpack(_FORMATS[entry.dtype], data)[0])
    if entry.dtype == "BF16":  # the upper half of an F32
        return float(struct.unpack("<f", b"\0\0" + data)[0])
    if entry.dtype == "F8_E5M2":  # the upper half of an F16
        return float(struct.unpack("<e", b"\0" + data)[0])
    return _e4m3(*struct.unpack("B", data))


def _e4m3(byte: int) -> float:
    """Four bits of exponent, three of mantissa, no infinities (Micikevicius et al., 2022)."""
    sign = -1.0 if byte & 0x80 else 1.0
    exponent, mantissa = byte >> 3 & 15, byte & 7
    if exponent == 15 and mantissa == 7:
        return float("nan")
    size = mantissa / 8 * 2.0**-6 if exponent == 0 else (1 + mantissa / 8) * 2.0 ** (exponent - 7)
    return sign * size
