"""A picture to paint over, as it is kept: upright, plain, and never more of it in memory than must be."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.init_image import LONGEST_SIDE, BadImage, upright
from protocol.limits import IMAGE_PIXELS

ORIENTATION, TURNED = 0x0112, 6
"""EXIF's, and that its right side is to be the bottom."""
ROOT = Path(__file__).parents[2]
MEASURED = """
import resource, sys
from bot.init_image import upright
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
upright(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def file(image: Image.Image, kind: str, turned: bool = False) -> bytes:
    exif, data = Image.Exif(), io.BytesIO()
    if turned:
        exif[ORIENTATION] = TURNED
    image.save(data, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    return data.getvalue()


def half(mode: str = "RGB", width: int = 64, height: int = 32) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, width // 2, height))
    return image.convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("width", [64, 5_000])
def test_it_is_turned_as_its_file_says_and_nothing_is_beside_it(kind: str, width: int) -> None:
    data = upright(file(half(width=width, height=width // 2), kind, turned=True))
    with Image.open(io.BytesIO(data)) as image:
        longest = min(width, LONGEST_SIDE)
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (longest // 2, longest))
        assert not image.getexif()
        top, bottom = (image.getpixel((longest // 4, at)) for at in (longest // 8, longest * 7 // 8))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200 > 50 > top[2], bottom[2] > 200 > 50 > bottom[0]) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_whatever_its_colours_are_it_has_three_of_them(mode: str) -> None:
    image = half("L").convert("I").convert("I;16") if mode == "I;16" else half(mode)
    with Image.open(io.BytesIO(upright(file(image, "PNG")))) as kept:
        assert (kept.mode, kept.size) == ("RGB", (64, 32))


def test_what_is_no_picture_or_too_large_a_one_is_refused() -> None:
    whole = file(half(), "PNG")
    for data in (b"", b"GIF89a", whole[:60], file(half(), "GIF")):
        with pytest.raises(BadImage):
            upright(data)
    side = int(IMAGE_PIXELS**0.5) + 1
    with pytest.raises(BadImage, match="too many pixels"):
        upright(file(Image.new("1", (side, side)), "PNG"))


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is told in other units")
def test_few_bytes_with_many_pixels_take_the_memory_of_those_pixels_once() -> None:
    side = 7_000
    data = file(Image.new("RGB", (side, side)), "PNG")
    assert len(data) < 2**20
    told = subprocess.run([sys.executable, "-c", MEASURED], input=data, cwd=ROOT, capture_output=True, check=True)
    assert int(told.stdout) < 2 * 4 * side * side  # Pillow has four bytes for each, and must read the file besides
