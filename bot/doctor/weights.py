"""A base's .safetensors file by its header: whether it is whole, how many numbers it has, and for which family."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

from bot.doctor.finding import Diagnosed, broken

_HEADER_BYTES = 100 * 2**20
"""The format's own limit."""
_POINTER = b"version https://git-lfs"
_AGAIN = "Fetch the model again, whole."


@dataclass(frozen=True, slots=True)
class Weights:
    size: int
    """Bytes of the file."""
    numbers: int
    """How many there are in all its tensors."""
    shapes: Mapping[str, tuple[int, ...]]


def read_weights(path: Path) -> Weights:
    """Reads the header alone. Raises `Diagnosed`."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            first = file.read(8)
            if _POINTER.startswith(first) and (first + file.read(len(_POINTER) - 8)) == _POINTER:
                sentence = f"{path} is a placeholder of Git LFS, not the model's weights."
                raise Diagnosed(
                    broken(sentence, f"Run `git lfs pull` in {path.parent}, or fetch the model another way.")
                )
            length = int.from_bytes(first, "little")
            text = file.read(length) if 2 <= length <= _HEADER_BYTES else b""
    except OSError as wrong:
        raise Diagnosed(broken(f"{path} cannot be read: {wrong.strerror}.", _AGAIN)) from wrong
    return _read(path, text, size, 8 + length)


def _read(path: Path, text: bytes, size: int, begin: int) -> Weights:
    try:
        tensors = {name: entry for name, entry in json.loads(text).items() if name != "__metadata__"}
        shapes = {name: tuple(int(length) for length in entry["shape"]) for name, entry in tensors.items()}
        end = max((int(entry["data_offsets"][1]) for entry in tensors.values()), default=0)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as wrong:
        raise Diagnosed(broken(f"{path} is damaged: it is no .safetensors file.", _AGAIN)) from wrong
    if begin + end > size:
        raise Diagnosed(broken(f"{path} is cut off: it has {size} bytes of {begin + end}.", _AGAIN))
    return Weights(size, sum(prod(shape) for shape in shapes.values()), shapes)
