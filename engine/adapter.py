"""Reading an adapter for the base that is loaded."""

from pathlib import Path

from adapters import reading
from adapters.canonical import Adapter
from engine.base import Base


def read_adapter(path: Path, sha256: str, base: Base, room: int = reading.ROOM_TO_PAINT) -> Adapter:
    """The adapter in its canonical form, every layer of it checked. Raises `AdapterRefused` with the first thing that
    is wrong."""
    return reading.read_adapter(path, sha256, base.names, base.name, room)
