"""Pictures as files: where they go, and how they get there whole or not at all."""

import io
import itertools
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from protocol.errors import InvalidRequest, StyleSealError
from protocol.events import Completed
from protocol.parameters import KEY as RECORD
from protocol.parameters import embed, painted_in
from protocol.png import insert_text, read_text

ZOOM = (1, 8)
_ZOOMED_PIXELS = 8_192
_NAME_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Destination:
    """`out` is the file asked for, or None for a new one named after the prompt and the seed, in the working folder.
    Several pictures are numbered from 1."""

    out: Path | None
    count: int

    def __post_init__(self) -> None:
        """Raises `InvalidRequest` while there is nothing to lose yet."""
        path = (self.out or Path("picture.png")).absolute()
        if path.suffix.lower() not in ("", ".png"):
            raise InvalidRequest(f"Pictures are PNG files, and {path.name} has the ending of another.", param="out")
        check_place(path)

    def path(self, prompt: str, picture: Completed) -> Path:
        if self.out is None:
            words = re.sub(r"[^\w]+", "-", prompt.casefold())[:_NAME_CHARACTERS].strip("-_") or "picture"
            return _free(Path(f"{words}-{picture.seed}.png"))
        out = self.out if self.out.suffix else self.out.with_name(self.out.name + ".png")
        return out if self.count == 1 else out.with_stem(f"{out.stem}-{picture.index + 1}")


def check_place(path: Path) -> None:
    """Raises `InvalidRequest` for one that no file can be written to."""
    path = path.absolute()
    try:
        is_folder = path.is_dir()
    except OSError as wrong:
        raise InvalidRequest(f"Nothing can be written there: {wrong.strerror}.", param="out") from wrong
    if is_folder:
        raise InvalidRequest(f"{path} is a folder; name a file in it.", param="out")
    if not path.parent.is_dir():
        raise InvalidRequest(f"There is no folder {path.parent}; make it first.", param="out")
    if not os.access(path.parent, os.W_OK):
        raise InvalidRequest(f"Nothing can be written into {path.parent}.", param="out")


def _free(path: Path) -> Path:
    """The path, or the first like it that is no file yet."""
    others = (path.with_stem(f"{path.stem}-{number}") for number in itertools.count(2))
    return next(free for free in itertools.chain([path], others) if not free.exists())


def save(path: Path, png: bytes) -> None:
    """The file is the old one or the whole new one, never half of it. Raises `StyleSealError`, as for a full disk."""
    with saved_through(path) as part:
        part.write_bytes(png)


@contextmanager
def saved_through(path: Path) -> Iterator[Path]:
    """A path beside that one for what is written meanwhile, which takes its place at the end. Raises `StyleSealError`,
    as for a full disk."""
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as wrong:
        raise StyleSealError(f"{path} could not be written: {wrong.strerror}.") from wrong
    finally:
        part.unlink(missing_ok=True)


def named(png: bytes, names: tuple[str, ...]) -> bytes:
    """The picture with its record naming its styles, which an engine knows by their hashes only."""
    if not names or RECORD not in read_text(png):
        return png
    return embed(png, replace(painted_in(png), styles=names))


def zoomed(png: bytes, times: int) -> bytes:
    """The picture with each side `times` as long, and the same texts inside. Raises `InvalidRequest`."""
    if times == 1:
        return png
    with Image.open(io.BytesIO(png)) as image:
        size = (image.width * times, image.height * times)
        if max(size) > _ZOOMED_PIXELS:
            raise InvalidRequest(f"zoom {times} would make more than {_ZOOMED_PIXELS} pixels a side.", param="zoom")
        file = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(file, "PNG")
    return insert_text(file.getvalue(), read_text(png))
