"""Small copies of pictures, and beginnings of words."""

import io

import pytest
from PIL import Image

from bot.beginnings import beginning
from bot.thumbnails import thumbnail
from protocol.errors import InvalidRequest


@pytest.mark.parametrize(("count", "size"), [(1, (512, 256)), (2, (512, 256)), (3, (512, 512)), (4, (512, 512))])
def test_a_small_copy_has_all_pictures_of_a_job_and_its_number(count: int, size: tuple[int, int]) -> None:
    small = Image.open(io.BytesIO(thumbnail([png((1024, 512), "red")] * count, 3)))
    assert (small.format, small.size) == ("WEBP", size)
    corner = small.convert("RGB").crop((0, 0, 40, 40))
    assert min(sum(pixel) for pixel in pixels(corner)) < 60
    assert max(sum(pixel) for pixel in pixels(corner)) > 600
    assert small.convert("RGB").getpixel((size[0] // 4, 128))[0] > 200  # type: ignore[index]


def test_a_damaged_picture_has_no_small_copy() -> None:
    with pytest.raises(InvalidRequest, match="damaged"):
        thumbnail([png((64, 64), "red")[:60]], 1)


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        ("a castle", "a castle"),
        (" a\n\tcastle ", "a castle"),
        ("a castle of sand", "a castle…"),
        ("\u202ea\u200b castle\ufeff", "a castle"),
        ("\u200b\u2060", "…"),
        ("👩\u200d🎨", "👩\u200d🎨"),
    ],
)
def test_the_beginning_of_words_is_one_line_of_what_is_seen(words: str, begin: str) -> None:
    assert beginning(words, 9) == begin


def png(size: tuple[int, int], colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def pixels(image: Image.Image) -> list[tuple[int, ...]]:
    return [image.getpixel((x, y)) for x in range(image.width) for y in range(image.height)]  # type: ignore[misc]
