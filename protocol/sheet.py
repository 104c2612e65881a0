"""What a sheet of pictures says of itself: how each of them was painted, inside its PNG file or a WebP copy of it.

It is no record of one picture (`protocol.parameters`): no request paints a sheet. The text is JSON.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from protocol import checks, webp
from protocol.errors import InvalidRequest
from protocol.parameters import SHEET, Painted
from protocol.png import insert_text, read_text

VERSION = 1
_CELLS = 64
_LABEL = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a sheet, and what stands under it."""

    label: str
    painted: Painted

    def __post_init__(self) -> None:
        checks.text("label", self.label, _LABEL, blank=True, lines=False)

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "painted": self.painted.to_json()}

    @classmethod
    def from_json(cls, data: object) -> Self:
        data = checks.mapping("a cell", data)
        return cls(data.get("label", ""), Painted.from_json(data.get("painted")))


def embed(png: bytes, cells: Sequence[Cell]) -> bytes:
    """The sheet with its record inside. Raises `InvalidRequest` for what is no PNG file."""
    record = {"version": VERSION, "cells": [cell.to_json() for cell in cells]}
    return insert_text(png, {SHEET: json.dumps(record, allow_nan=False)})


def cells_in(picture: bytes) -> tuple[Cell, ...]:
    """Of a PNG or WebP file; none where it has no such record. Raises `InvalidRequest` for one that cannot be read."""
    record = _described(picture) if webp.is_webp(picture) else read_text(picture).get(SHEET)
    if record is None:
        return ()
    try:
        data = checks.mapping("the record", json.loads(record))
    except (ValueError, RecursionError):
        raise InvalidRequest("What this sheet says of how it was painted cannot be read.") from None
    cells = data.get("cells")
    if data.get("version") != VERSION or not isinstance(cells, list) or len(cells) > _CELLS:
        raise InvalidRequest("This sheet was recorded by another version of StyleSeal, in a form unknown here.")
    return tuple(Cell.from_json(cell) for cell in cells)


def _described(picture: bytes) -> str | None:
    name, _, record = (webp.read_description(picture) or "").partition(":")
    return record if name == SHEET else None
