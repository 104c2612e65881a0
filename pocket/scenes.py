"""The eight settings: each paints what lies behind a subject, and some of them a little in front of it.

A scene's brush has the whole picture as its box: (0, 0) is the top left corner, (1, 1) the bottom right one.
"""

import math
from collections.abc import Callable
from random import Random

from pocket.brush import Brush, Colour, bend, lighter, mix

Paint = Callable[[Brush, Random], None]


def sky(b: Brush, top: Colour, bottom: Colour, until: float = 1.0, bands: int = 24) -> None:
    """A vertical gradient from the upper edge down to the height `until`."""
    for i in range(bands):
        b.box(-0.01, until * i / bands, 1.01, until * (i + 1) / bands + 0.01, mix(top, bottom, i / (bands - 1)), 0)


def hill(b: Brush, height: float, swing: float, phase: float, colour: Colour, waves: float = 1.0) -> None:
    """Rolling ground that fills the picture below a sine of the mean height `height`."""
    xs = [i / 16 for i in range(17)]
    crest = [(x, height + swing * math.sin(2 * math.pi * waves * x + phase)) for x in xs]
    b.poly([(-0.05, crest[0][1]), *crest, (1.05, crest[-1][1]), (1.05, 1.05), (-0.05, 1.05)], colour, 0)


def cloud(b: Brush, x: float, y: float, r: float, colour: Colour = (255, 255, 255)) -> None:
    for dx, dy, s in ((-1.1, 0.15, 0.7), (0, -0.2, 1.0), (1.1, 0.15, 0.75)):
        b.oval(x + dx * r, y + dy * r, r * s, r * s * 0.7, colour, 0)


def space(b: Brush, rng: Random) -> None:
    sky(b, (14, 12, 44), (48, 26, 92))
    for _ in range(34):
        r = rng.choice((0.004, 0.006, 0.009))
        b.oval(rng.random(), rng.random(), r, r, (255, 250, 220), 0)
    x, y, r = rng.choice((0.14, 0.86)), rng.uniform(0.12, 0.3), rng.uniform(0.08, 0.13)
    colour = rng.choice(((226, 150, 96), (130, 160, 226), (210, 120, 180)))
    b.oval(x, y, r, r, colour, 0)
    b.oval(x - r * 0.25, y - r * 0.25, r * 0.45, r * 0.4, lighter(colour, 0.3), 0)
    b.line([(x - r * 1.6, y + r * 0.5), (x + r * 1.6, y - r * 0.5)], lighter(colour, 0.6), 0.018)


def meadow(b: Brush, rng: Random) -> None:
    sky(b, (120, 196, 246), (214, 240, 252), 0.75)
    cloud(b, rng.uniform(0.1, 0.35), rng.uniform(0.1, 0.22), 0.07)
    cloud(b, rng.uniform(0.65, 0.9), rng.uniform(0.08, 0.25), 0.06)
    phase = rng.uniform(0, 6)
    hill(b, 0.6, 0.05, phase, (150, 208, 104))
    hill(b, 0.72, 0.04, phase + 2, (112, 186, 82))


def meadow_front(b: Brush, rng: Random) -> None:
    for _ in range(9):
        x, y = rng.random(), rng.uniform(0.88, 0.98)
        b.line([(x - 0.02, y - 0.05), (x, y), (x + 0.02, y - 0.06)], (70, 146, 62), 0.012)
    for _ in range(6):
        petal = rng.choice(((255, 255, 255), (255, 220, 90), (248, 150, 180)))
        b.oval(rng.random(), rng.uniform(0.86, 0.97), 0.017, 0.017, petal, 0)


def sea(b: Brush, rng: Random) -> None:
    sky(b, (142, 208, 240), (226, 244, 248), 0.6)
    cloud(b, rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.2), 0.07)
    for _ in range(2):
        x, y = rng.uniform(0.1, 0.9), rng.uniform(0.15, 0.4)
        b.line(
            [*bend(x - 0.03, y, 0.03, 0.025, 200, 340, 5), *bend(x + 0.03, y, 0.03, 0.025, 200, 340, 5)],
            (70, 80, 110),
            0.012,
        )
    for i, colour in enumerate(((74, 152, 208), (52, 126, 190), (38, 104, 172))):
        hill(b, 0.56 + 0.12 * i, 0.012, rng.uniform(0, 6), colour, 4)


def sea_front(b: Brush, rng: Random) -> None:
    hill(b, 0.86, 0.02, rng.uniform(0, 6), (30, 88, 156), 3.5)
    for _ in range(6):
        x, y = rng.random(), rng.uniform(0.89, 0.98)
        b.line(bend(x, y, 0.035, 0.02, 200, 340, 5), (196, 228, 246), 0.012)


def desert(b: Brush, rng: Random) -> None:
    sky(b, (250, 222, 160), (254, 242, 210), 0.7)
    x = rng.uniform(0.12, 0.88)
    b.oval(x, 0.14, 0.075, 0.075, (255, 250, 226), 0)
    phase = rng.uniform(0, 6)
    hill(b, 0.58, 0.06, phase, (236, 190, 116))
    hill(b, 0.7, 0.05, phase + 2.4, (222, 166, 92))
    hill(b, 0.85, 0.03, phase + 4, (206, 146, 76))
    for side in rng.sample((0.08, 0.92), rng.choice((1, 2))):
        y = rng.uniform(0.6, 0.7)
        for points in (
            [(side, y + 0.14), (side, y - 0.12)],
            [(side - 0.06, y - 0.05), (side - 0.06, y + 0.02), (side, y + 0.02)],
            [(side + 0.06, y - 0.08), (side + 0.06, y - 0.01), (side, y - 0.01)],
        ):
            b.line(points, (84, 138, 78), 0.035)


def sunset(b: Brush, rng: Random) -> None:
    sky(b, (92, 44, 122), (236, 96, 92), 0.4, 12)
    for i in range(12):
        b.box(-0.01, 0.4 + 0.03 * i, 1.01, 0.44 + 0.03 * i, mix((236, 96, 92), (255, 196, 96), i / 11), 0)
    b.oval(rng.uniform(0.2, 0.8), 0.7, 0.17, 0.17, (255, 238, 150), 0)
    for _ in range(3):
        x, y = rng.random(), rng.uniform(0.12, 0.45)
        b.oval(x, y, 0.16, 0.014, (250, 150, 120), 0)
    phase = rng.uniform(0, 6)
    hill(b, 0.74, 0.04, phase, (120, 50, 96))
    hill(b, 0.86, 0.03, phase + 2, (74, 32, 76))


def pine(b: Brush, x: float, y: float, r: float, colour: Colour, snow: bool) -> None:
    for i in range(3):
        top, half = y - r * (2.2 - 0.6 * i), r * (0.45 + 0.2 * i)
        b.poly([(x, top), (x + half, top + r * 1.0), (x - half, top + r * 1.0)], colour, 0)
        if snow:
            b.poly([(x, top), (x + half * 0.5, top + r * 0.5), (x - half * 0.5, top + r * 0.5)], (255, 255, 255), 0)


def snow(b: Brush, rng: Random) -> None:
    sky(b, (158, 178, 206), (220, 230, 240), 0.75)
    phase = rng.uniform(0, 6)
    hill(b, 0.58, 0.05, phase, (206, 218, 234))
    for x in (rng.uniform(0.04, 0.2), rng.uniform(0.8, 0.96), rng.uniform(0.2, 0.8)):
        pine(b, x, rng.uniform(0.62, 0.7), rng.uniform(0.09, 0.12), (70, 112, 112), True)
    hill(b, 0.72, 0.04, phase + 2, (232, 240, 250))


def snow_front(b: Brush, rng: Random) -> None:
    for _ in range(26):
        r = rng.choice((0.008, 0.011, 0.014))
        b.oval(rng.random(), rng.random(), r, r, (255, 255, 255), 0)


def forest(b: Brush, rng: Random) -> None:
    sky(b, (132, 176, 132), (76, 124, 88))
    for _ in range(5):
        x, w = rng.random(), rng.uniform(0.02, 0.04)
        b.box(x - w, -0.02, x + w, 0.8, (86, 108, 80), 0)
    for x in (rng.uniform(-0.02, 0.16), rng.uniform(0.84, 1.02), rng.uniform(0.3, 0.7)):
        w = rng.uniform(0.04, 0.06)
        b.box(x - w, -0.02, x + w, 0.86, (84, 62, 46), 0)
    for i in range(6):
        b.oval(i / 5 + rng.uniform(-0.06, 0.06), rng.uniform(-0.02, 0.05), 0.16, 0.12, (46, 98, 58), 0)
    hill(b, 0.78, 0.03, rng.uniform(0, 6), (62, 104, 58), 2)


def forest_front(b: Brush, rng: Random) -> None:
    for _ in range(7):
        x, y = rng.random(), rng.uniform(0.92, 1.0)
        for dx in (-0.05, 0, 0.05):
            b.line([(x, y + 0.02), (x + dx, y - 0.07 + abs(dx) * 0.5)], (38, 78, 44), 0.016)


def city(b: Brush, rng: Random) -> None:
    sky(b, (166, 182, 208), (226, 222, 224), 0.9)
    for shade, low, high in (((148, 160, 186), 0.2, 0.42), ((104, 116, 148), 0.32, 0.58)):
        x = rng.uniform(-0.1, 0.0)
        while x < 1.0:
            w, top = rng.uniform(0.11, 0.18), rng.uniform(low, high)
            b.box(x, top, x + w, 0.9, shade, 0)
            for wx in (0.25, 0.65):
                for wy in range(4):
                    lit = rng.random() < 0.65
                    y = top + 0.05 + 0.085 * wy
                    b.box(
                        x + w * wx - 0.012,
                        y,
                        x + w * wx + 0.02,
                        y + 0.035,
                        (255, 226, 130) if lit else lighter(shade, 0.25),
                        0,
                    )
            x += w + rng.uniform(0.0, 0.03)
    b.box(-0.01, 0.84, 1.01, 1.01, (84, 86, 98), 0)
    for i in range(5):
        b.box(0.04 + 0.22 * i, 0.925, 0.14 + 0.22 * i, 0.94, (240, 234, 210), 0)


def nothing(b: Brush, rng: Random) -> None:
    """A scene with nothing in front of its subject."""


SCENES: dict[str, tuple[Paint, Paint]] = {
    "in space": (space, nothing),
    "in a meadow": (meadow, meadow_front),
    "at sea": (sea, sea_front),
    "in a desert": (desert, nothing),
    "at sunset": (sunset, nothing),
    "in snow": (snow, snow_front),
    "in a forest": (forest, forest_front),
    "in a city": (city, nothing),
}
