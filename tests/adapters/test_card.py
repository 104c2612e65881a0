from io import BytesIO

import pytest
from PIL import Image

from adapters.card import GAP, HEIGHT, card


def png(size: tuple[int, int], colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("size", [(128, 128), (1024, 2048), (64, 8)])
def test_the_plain_picture_is_on_the_left_and_both_are_of_one_height(size: tuple[int, int]) -> None:
    with Image.open(BytesIO(card(png(size, "red"), png(size, "blue")))) as sheet:
        assert sheet.height == HEIGHT
        assert sheet.width == 2 * round(size[0] * HEIGHT / size[1]) + GAP
        assert sheet.getpixel((0, 0)) == (255, 0, 0)
        assert sheet.getpixel((sheet.width - 1, 0)) == (0, 0, 255)
