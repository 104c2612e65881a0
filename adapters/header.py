"""The header of a .safetensors file from a stranger: checked before anything else reads the file, and alone.

Source of the format: https://github.com/huggingface/safetensors#format. What is stricter here (size of the header,
number of tensors, names, dtypes, dims) is what no LoRA file needs and what has hung or filled programs that allow it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from operator import gt
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from protocol.checks import shown
from protocol.errors import AdapterRefused

HEADER_BYTES = 8 * 2**20
TENSORS = 20_000
DIM = 65_536
DIMS = 8
DTYPE_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I64": 8, "I32": 4}

_METADATA = "__metadata__"
_METADATA_KEYS = 1_000
_KEYS_OF_A_TENSOR = 3
_STRINGS = TENSORS * (2 + _KEYS_OF_A_TENSOR) + 2 * _METADATA_KEYS + 1
"""A tensor's name, dtype and keys; metadata's name, keys and values."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,256}")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or the rest of the text where it does not end: so that no text takes more than one pass."""


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor: `start` and `end` in bytes from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]
    length: int
    """Bytes before the first tensor's data."""


def read_header(path: Path) -> Header:
    """Reads the header and no further. Raises `AdapterRefused` with what is wrong with the file, also if it cannot be
    opened."""
    try:
        with path.open("rb") as file:
            return header_of(file, path.stat().st_size)
    except OSError as wrong:
        raise AdapterRefused(f"The adapter {path} cannot be read: {wrong.strerror}.") from wrong


def header_of(file: BinaryIO, size: int) -> Header:
    """The header of an open file of `size` bytes, at whose start it stands. Raises `AdapterRefused`."""
    first = file.read(8)
    length = int.from_bytes(first, "little")
    # A header's length may begin with the same bytes as a zip or a pickle; theirs, read as a length, is never so small.
    if len(first) < 8 or (first.startswith((b"PK", b"\x80")) and length > HEADER_BYTES):
        refused("it is not a .safetensors file")
    if not 2 <= length <= HEADER_BYTES:
        refused(f"its header would be {length} bytes long, and a .safetensors header has 2 to {HEADER_BYTES}")
    if length + 8 > size:
        refused("it ends before its header does")
    text = file.read(length)
    if not text.startswith(b"{"):
        refused("its header does not begin with {")
    entries = _parsed(text)
    metadata = _metadata(entries.pop(_METADATA, {}))
    tensors = {name: _tensor(name, entry) for name, entry in entries.items()}
    if not tensors:
        refused("it holds no tensors")
    _check_offsets(tensors, size - 8 - length)
    return Header(tensors, metadata, 8 + length)


def refused(why: str) -> NoReturn:
    raise AdapterRefused(f"This adapter file cannot be used: {why}.")


def _parsed(text: bytes) -> dict[str, Any]:
    """The header's JSON object. Counted before it is parsed, since a parser makes objects of everything first."""
    bare, strings = _STRING.subn(b"", text, _STRINGS + 1)
    most = TENSORS * (1 + _KEYS_OF_A_TENSOR) + _METADATA_KEYS
    signs = bare.count(b":"), bare.count(b","), bare.count(b"[")
    if strings > _STRINGS or any(map(gt, signs, (most, most + TENSORS * DIMS, 2 * TENSORS))):
        refused(f"its header has too many entries; {TENSORS} tensors are the most")
    try:
        entries = json.loads(text.decode("utf-8"), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        refused("its header is not JSON")
    if not isinstance(entries, dict) or len(entries) > TENSORS + 1:
        refused(f"its header has too many entries; {TENSORS} tensors are the most")
    return entries


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take different ones of two equal keys, so that what is checked is not what is used."""
    found = dict(pairs)
    if len(found) < len(pairs):
        refused("its header says the same thing twice")
    return found


def _metadata(entry: object) -> dict[str, str]:
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        refused("its metadata is more than text")
    if len(entry) > _METADATA_KEYS:
        refused(f"its metadata has more than {_METADATA_KEYS} entries")
    return entry


def _tensor(name: str, entry: object) -> TensorEntry:
    if not _NAME.fullmatch(name):
        refused(f"a tensor in it is named {shown(name)}")
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        refused(f"its header does not describe {name} as a tensor")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BYTES:
        refused(f"{name} is of type {shown(dtype)}, and an adapter's tensors are {', '.join(DTYPE_BYTES)}")
    if not isinstance(shape, list) or len(shape) > DIMS or not all(_whole(dim, 1, DIM) for dim in shape):
        refused(f"the shape of {name} is not one of up to {DIMS} dimensions from 1 to {DIM}")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(_whole(at, 0, 2**63) for at in offsets):
        refused(f"the place of {name} is not two whole numbers")
    start, end = offsets
    if end - start != prod(shape) * DTYPE_BYTES[dtype]:
        refused(f"the room of {name} does not fit its shape")
    return TensorEntry(dtype, tuple(shape), start, end)


def _whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _check_offsets(tensors: Mapping[str, TensorEntry], data_bytes: int) -> None:
    """Side by side from the first byte to the last: no gap to hide something in, nothing read twice."""
    entries = sorted(tensors.values(), key=lambda entry: entry.start)
    gaps = any(before.end != after.start for before, after in pairwise(entries))
    if gaps or entries[0].start != 0:
        refused("its tensors overlap or leave gaps")
    if (end := entries[-1].end) != data_bytes:
        refused("it ends before its tensors do" if end > data_bytes else "there is something behind its tensors")
