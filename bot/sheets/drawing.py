"""Drawing a sheet: several pictures side by side, what each is under it, what they have in common above. It computes,
so it belongs in a thread."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.lettering import fitting, font, legible
from protocol import checks
from protocol.errors import InvalidRequest

SIDE = 4_096
"""Pixels of a sheet's longer side at most."""
_HEADING_LINES = 2
_HEADING = 500
"""Letters of it that are looked at: more never fit."""
_GROUND, _EMPTY, _INK, _FAINT = (24, 25, 28), (43, 45, 49), (242, 243, 245), (181, 186, 193)
_SHAPE = 1.4
"""Width to height that a sheet should have: it is seen whole in a channel, and on a phone."""
_HOLE = 0.5
"""How much worse a place without a picture makes it."""
_LETTERS = (15, 40)
"""Height of letters in pixels, from the smallest pictures to the largest."""


@dataclass(frozen=True, slots=True)
class Layout:
    """In pixels; a sheet is `columns` x `rows` cells of `width` x `height`, with a line of words under each."""

    columns: int
    rows: int
    width: int
    height: int
    letters: int
    gap: int
    line: int
    heading: int

    @property
    def size(self) -> tuple[int, int]:
        across = self.columns * (self.width + self.gap) + self.gap
        return across, self.heading + self.rows * (self.height + self.line + self.gap) + self.gap

    def box(self, number: int) -> tuple[int, int, int, int]:
        """Of the picture with that number, from 0: left, top, right, bottom."""
        left = self.gap + number % self.columns * (self.width + self.gap)
        top = self.heading + self.gap + number // self.columns * (self.height + self.line + self.gap)
        return left, top, left + self.width, top + self.height


def layout(count: int, width: int, height: int, lines: int = 1, side: int = SIDE) -> Layout:
    """Of so many pictures of that size, which are made smaller where the sheet would be longer than `side`, under a
    heading of so many lines."""
    letters = max(_LETTERS[0], min(_LETTERS[1], side // 40, min(width, height) // 22))
    gap, line = max(4, letters // 2), math.ceil(1.6 * letters)
    heading = gap + (lines + 1) * line
    columns = min(range(1, count + 1), key=lambda one: _badness(one, count, width, height + line))
    rows = -(-count // columns)
    across = (side - (columns + 1) * gap) / (columns * width)
    down = (side - gap - (_HEADING_LINES + 1) * line - gap - rows * (line + gap)) / (rows * height)
    times = min(1.0, across, down)
    small = int(width * times), int(height * times)
    return Layout(columns, rows, *small, letters, gap, line, heading)


def drawn(pictures: Sequence[bytes | None], labels: Sequence[str], heading: str, facts: str, side: int = SIDE) -> bytes:
    """A PNG, of at most `side` pixels, of the pictures (PNG, all of one size), each over its label; None for one that
    is not there yet. Of the heading two lines are shown, of the facts under it one. Raises `InvalidRequest` for what
    cannot be decoded."""
    there = [checks.png_size("image", png) for png in pictures if png is not None]
    size = max(width for width, _ in there), max(height for _, height in there)
    plan = layout(len(pictures), *size, side=side)
    lines = _wrapped(legible(heading)[:_HEADING], plan)
    plan = layout(len(pictures), *size, len(lines), side)
    sheet = Image.new("RGB", plan.size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    _head(draw, plan, lines, facts)
    for number, (png, label) in enumerate(zip(pictures, labels, strict=True)):
        left, top, right, bottom = plan.box(number)
        if png is None:
            draw.rectangle((left, top, right - 1, bottom - 1), fill=_EMPTY)
        else:  # one is decoded at a time: large ones together would need hundreds of MiB
            sheet.paste(_sized(_decoded(png), plan), (left, top))
        letters = font(plan.letters)
        words = fitting(draw, legible(label), plan.width, letters)
        draw.text(((left + right) / 2, bottom + plan.line / 2), words, fill=_INK, font=letters, anchor="mm")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _head(draw: ImageDraw.ImageDraw, plan: Layout, lines: Sequence[str], facts: str) -> None:
    bold, plain = font(plan.letters, bold=True), font(plan.letters)
    room = plan.size[0] - 2 * plan.gap
    top = plan.gap + plan.line / 2
    for line in lines:
        draw.text((plan.gap, top), line, fill=_INK, font=bold, anchor="lm")
        top += plan.line
    draw.text((plan.gap, top), fitting(draw, legible(facts), room, plain), fill=_FAINT, font=plain, anchor="lm")


def _wrapped(words: str, plan: Layout) -> list[str]:
    """The beginning, on as many lines as there are for it."""
    draw, letters = ImageDraw.Draw(Image.new("L", (1, 1))), font(plan.letters, bold=True)
    room = plan.size[0] - 2 * plan.gap
    left, lines = words.split(), list[str]()
    while left and len(lines) < _HEADING_LINES - 1:
        taken = 1
        while taken < len(left) and draw.textlength(" ".join(left[: taken + 1]), letters) <= room:
            taken += 1
        lines.append(fitting(draw, " ".join(left[:taken]), room, letters))
        left = left[taken:]
    return [*lines, fitting(draw, " ".join(left), room, letters)] if left else lines


def _badness(columns: int, count: int, width: int, height: int) -> float:
    rows = -(-count // columns)
    return abs(math.log(columns * width / (rows * height) / _SHAPE)) + _HOLE * (rows * columns - count)


def _sized(image: Image.Image, plan: Layout) -> Image.Image:
    size = (plan.width, plan.height)
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _decoded(png: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequest("The picture is damaged and cannot be put on a sheet.", param="image") from error
