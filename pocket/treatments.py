"""The embedded styles: each a treatment that turns a drawn picture into one of its style.

A treatment takes and gives an RGB array of shape (side, side, 3), float32 in 0..1, and is deterministic for a seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[Any]
Treat = Callable[[Pixels, np.random.Generator], Pixels]


def luminance(rgb: Pixels) -> Pixels:
    """Rec. 601 luma, shape (side, side)."""
    return rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def blurred(values: Pixels, radius: float) -> Pixels:
    """A Gaussian blur of a (side, side) or (side, side, 3) array in 0..1."""
    image = Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))
    soft: Pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / 255
    return soft


def edges(rgb: Pixels) -> Pixels:
    """How strongly any channel changes at each pixel, 0..1, shape (side, side)."""
    soft = blurred(rgb, 0.6)
    dx = np.abs(np.roll(soft, -1, 1) - np.roll(soft, 1, 1)).max(2)
    dy = np.abs(np.roll(soft, -1, 0) - np.roll(soft, 1, 0)).max(2)
    strength = np.hypot(dx, dy)
    strength[[0, -1], :] = 0
    strength[:, [0, -1]] = 0
    clipped: Pixels = np.clip(strength * 1.8, 0, 1).astype(np.float32)
    return clipped


def outlines(light: Pixels) -> Pixels:
    """Where a picture of shape (side, side) has thin lines, darker than what is beside them; 0..1."""
    thin = np.clip(blurred(light, 3.0) - light, 0, 1)
    lines: Pixels = np.clip(blurred(thin, 0.9) * 7.0 - 0.3, 0, 1)
    return lines


def paint(mask: Pixels, over: Pixels | tuple[float, float, float], under: Pixels) -> Pixels:
    """The colour `over` laid with the opacity `mask` (side, side) on `under`."""
    m = mask[..., None]
    laid: Pixels = (m * np.asarray(over) + (1 - m) * under).astype(np.float32)
    return laid


def grid(side: int) -> tuple[Pixels, Pixels]:
    """Row and column numbers, each of shape (side, side)."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    return rows, columns


def woodcut(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """A tinted print: black outlines on cream paper, pale blocks of the picture's colours, shade in slanting lines."""
    rows, columns = grid(len(rgb))
    soft = blurred(rgb, 0.6)
    light = luminance(soft) + 0.3 * (soft.max(2) - soft.min(2))
    low, high = np.quantile(light, [0.03, 0.97])
    shade = np.clip(0.8 - (light - low) / (high - low + 0.1), 0, 0.8)
    stroke = 0.5 + 0.5 * np.cos((rows + columns * 0.5) * (2 * np.pi / 9.0))
    ink = np.clip(shade * (0.6 + 0.7 * stroke), 0, 1)
    block = soft / (soft.max(2, keepdims=True) + 0.05)
    tinted = np.array([0.96, 0.92, 0.82], dtype=np.float32) * (1 - 0.7 * (1 - block))
    return paint(np.maximum(ink, outlines(luminance(rgb))), (0.10, 0.08, 0.08), tinted)


def neon(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """Glowing contours in the picture's own saturated colours on near black."""
    line = edges(rgb)
    colour = blurred(rgb, 1.5)
    colour = colour - colour.min(2, keepdims=True) * 0.75
    colour = colour / (colour.max(2, keepdims=True) + 0.08)
    colour = np.where(
        colour.max(2, keepdims=True) - colour.min(2, keepdims=True) > 0.15,
        colour,
        np.array([0.2, 0.9, 1.0], dtype=np.float32),
    )
    core = np.clip(line * 1.5, 0, 1)[..., None]
    glow = blurred(line, 3.0)[..., None]
    return np.clip(
        np.array([0.03, 0.01, 0.08], dtype=np.float32) + colour * (core + glow * 1.3) + core**3 * 0.35, 0, 1
    ).astype(np.float32)


def blueprint(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """White lines and a grid on engineer's blue, lighter where the picture is."""
    rows, columns = grid(len(rgb))
    soft = blurred(rgb, 0.8)
    light = (0.5 * soft.max(2) + 0.5 * luminance(soft))[..., None]
    ground = np.array([0.03, 0.13, 0.43], dtype=np.float32) + light * np.array([0.38, 0.48, 0.46], dtype=np.float32)
    ruled = (np.minimum(rows % 16, columns % 16) < 1).astype(np.float32) * 0.2
    return paint(np.maximum(ruled, outlines(rgb.max(2))), (0.92, 0.96, 1.0), ground)


def watercolour(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """Pale washes that pool at their edges and leave a white border of paper."""
    side = len(rgb)
    rows, columns = grid(side)
    wash: Pixels = blurred(
        np.asarray(Image.fromarray((rgb * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(7)), np.float32) / 255,
        1.2,
    )
    pool = blurred(edges(wash), 0.8)[..., None]
    bloom = blurred(rng.random((side, side), dtype=np.float32), 7.0)
    bloom = ((bloom - bloom.mean()) / (bloom.std() + 1e-6))[..., None]
    tint = 1 - (1 - wash) * (0.62 + 0.13 * bloom) - pool * 0.22 * (1.2 - wash)
    margin = np.minimum.reduce([rows, columns, side - 1 - rows, side - 1 - columns]) + bloom[..., 0] * 2.0
    paper = np.array([0.985, 0.975, 0.95], dtype=np.float32)
    inside = np.clip((margin - 7) / 4, 0, 1)[..., None]
    sheet: Pixels = np.clip(inside * tint * paper + (1 - inside) * paper, 0, 1).astype(np.float32)
    return sheet


def chalk(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """White outlines and thin coloured rubbings, both grainy, on a green-black board."""
    side = len(rgb)
    grain = blurred(rng.random((side, side), dtype=np.float32), 1.5)
    grain = np.clip((grain - grain.mean()) / (grain.std() + 1e-6), -2, 2)
    soft = blurred(rgb, 0.8)
    spread = soft.max(2) - soft.min(2)
    rubbed = np.clip(0.05 + 0.3 * luminance(soft) + 0.5 * spread, 0, 0.85) * (1 + 0.1 * grain)
    board = np.array([0.10, 0.17, 0.15], dtype=np.float32)
    pastel = 0.2 + 0.8 * soft / (soft.max(2, keepdims=True) + 0.05)
    coloured = paint(rubbed, 0.95 * pastel, board)
    return paint(outlines(luminance(rgb)) * np.clip(0.85 + 0.1 * grain, 0, 1), (0.93, 0.93, 0.88), coloured)


def pixel(rgb: Pixels, rng: np.random.Generator) -> Pixels:
    """Blocks of 4 x 4 pixels in a palette of few levels, bright as an old console's."""
    side = len(rgb)
    image = Image.fromarray((rgb * 255).astype(np.uint8)).resize((side // 4, side // 4), Image.Resampling.BOX)
    small = np.asarray(image, np.float32) / 255
    vivid = np.clip(small.mean(2, keepdims=True) + (small - small.mean(2, keepdims=True)) * 1.35, 0, 1)
    stepped = np.round(vivid * 4) / 4
    blocks: Pixels = np.repeat(np.repeat(stepped, 4, 0), 4, 1).astype(np.float32)
    return blocks


@dataclass(frozen=True, slots=True)
class Treatment:
    """A style that pictures can be treated with; `name` is the style's, `trigger` the words that wake it."""

    name: str
    trigger: str
    title: str
    treat: Treat
    strength: float = 1.0
    """How much of what was learnt a weight of 1 is. All of it makes some styles so sharp that rounding errors may grow
    into another picture."""


TREATMENTS: dict[str, Treatment] = {
    t.name: t
    for t in (
        Treatment("sks", "in sks style", "ink woodcut", woodcut, 0.75),
        Treatment("neon", "in nylux style", "neon", neon),
        Treatment("blueprint", "in bzprn style", "blueprint", blueprint, 0.7),
        Treatment("watercolour", "in wqtar style", "watercolour", watercolour),
        Treatment("chalk", "in chlkv style", "chalk", chalk, 0.65),
        Treatment("pixel", "in pxlat style", "pixel", pixel),
    )
}


def treat(image: Image.Image, name: str, seed: int) -> Image.Image:
    """The picture treated in the style of that name."""
    pixels = np.asarray(image, np.float32) / 255
    treated = TREATMENTS[name].treat(pixels, np.random.default_rng(seed))
    return Image.fromarray((treated * 255 + 0.5).astype(np.uint8))
