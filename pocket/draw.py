"""Captioned pictures drawn procedurally: a subject in a colour in a setting, at a free place and size.

`draw` paints what a `Motif` says; everything else about the picture (place, size, lean, clouds) comes from its seed,
so that the same motif and seed give the same picture.
"""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from pocket.brush import Brush, Colour
from pocket.scenes import SCENES
from pocket.subjects import SUBJECTS

SIZE = 128
OVERSAMPLING = 3

COLOURS: dict[str, Colour] = {
    "red": (216, 44, 46),
    "orange": (242, 132, 28),
    "yellow": (250, 212, 48),
    "green": (58, 160, 72),
    "turquoise": (44, 192, 186),
    "blue": (46, 92, 216),
    "purple": (134, 66, 190),
    "pink": (246, 132, 184),
    "white": (244, 244, 248),
    "black": (52, 50, 62),
}


@dataclass(frozen=True, slots=True)
class Motif:
    """What a picture shows."""

    subject: str
    colour: str
    setting: str


def random_motif(rng: Random) -> Motif:
    return Motif(rng.choice(list(SUBJECTS)), rng.choice(list(COLOURS)), rng.choice(list(SCENES)))


def draw(motif: Motif, seed: int) -> Image.Image:
    """The motif as an RGB picture of SIZE x SIZE pixels."""
    rng = Random(seed)
    side = SIZE * OVERSAMPLING
    image = Image.new("RGB", (side, side))
    canvas = ImageDraw.Draw(image)
    behind, before = SCENES[motif.setting]
    whole = Brush(canvas, 0, 0, side)
    behind(whole, rng)
    scale = rng.uniform(0.3, 0.42)
    x = rng.uniform(scale, 1 - scale)
    y = rng.uniform(scale * 1.1, 1 - scale * 1.02)
    brush = Brush(canvas, x * side, y * side, scale * side, rng.random() < 0.5, rng.uniform(-0.12, 0.12))
    SUBJECTS[motif.subject](brush, COLOURS[motif.colour])
    before(whole, rng)
    return image.reduce(OVERSAMPLING)
