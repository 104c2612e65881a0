"""A brush that paints shapes given in a subject's own units onto a Pillow canvas.

The brush knows where a subject stands, how large it is, whether it is mirrored and how far it leans; a subject only
knows its own box, from (-1, -1) at the top left to (1, 1) at the bottom right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

INK: Colour = (34, 29, 48)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0..1) of the way from `a` to `b`."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def lighter(colour: Colour, share: float = 0.45) -> Colour:
    return mix(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float = 0.35) -> Colour:
    return mix(colour, (20, 14, 40), share)


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints in local units; `scale` is how many pixels one unit measures, `tilt` an angle in radians."""

    canvas: ImageDraw.ImageDraw
    x: float
    y: float
    scale: float
    flip: bool = False
    tilt: float = 0.0
    ink: Colour = INK

    def place(self, point: Point) -> Point:
        px, py = (-point[0] if self.flip else point[0]), point[1]
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        return self.x + self.scale * (px * cos - py * sin), self.y + self.scale * (px * sin + py * cos)

    def poly(self, points: Sequence[Point], fill: Colour, outline: float = 0.05) -> None:
        """A filled polygon; `outline` is the width of its contour in local units, 0 for none."""
        placed = [self.place(p) for p in points]
        self.canvas.polygon(placed, fill=fill)
        if outline:
            self.canvas.line([*placed, placed[0], placed[1]], fill=self.ink, width=self._width(outline), joint="curve")

    def line(self, points: Sequence[Point], fill: Colour | None = None, width: float = 0.05) -> None:
        placed = [self.place(p) for p in points]
        self.canvas.line(placed, fill=fill or self.ink, width=self._width(width), joint="curve")

    def oval(
        self, x: float, y: float, rx: float, ry: float, fill: Colour, outline: float = 0.05, turn: float = 0.0
    ) -> None:
        self.poly(ring(x, y, rx, ry, turn=turn), fill, outline)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, outline: float = 0.05) -> None:
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill, outline)

    def rounded(
        self, x0: float, y0: float, x1: float, y1: float, r: float, fill: Colour, outline: float = 0.05
    ) -> None:
        """A box with corners of radius `r`."""
        corners = [(x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180)]
        points = [p for cx, cy, start in corners for p in bend(cx, cy, r, r, start, start + 90, 5)]
        self.poly(points, fill, outline)

    def eye(self, x: float, y: float, r: float) -> None:
        """A white eye with a pupil and a glint."""
        self.oval(x, y, r, r, (255, 255, 255), 0.035)
        self.oval(x + r * 0.15, y + r * 0.1, r * 0.55, r * 0.6, self.ink, 0)
        self.oval(x + r * 0.3, y - r * 0.2, r * 0.18, r * 0.18, (255, 255, 255), 0)

    def _width(self, units: float) -> int:
        return max(1, round(units * self.scale))


def bend(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 14) -> list[Point]:
    """Points along an elliptic arc, angles in degrees, clockwise from three o'clock."""
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def ring(x: float, y: float, rx: float, ry: float, steps: int = 28, turn: float = 0.0) -> list[Point]:
    """Points around an ellipse that is turned by `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    points = []
    for i in range(steps):
        a = 2 * math.pi * i / steps
        dx, dy = rx * math.cos(a), ry * math.sin(a)
        points.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
    return points
