from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.init_image import opened
from engine.state import check_image
from protocol.errors import InvalidRequest
from protocol.limits import IMAGE_BYTES
from protocol.paint import PaintRequest


def picture(kind: str, size: tuple[int, int] = (64, 64)) -> bytes:
    gradient = np.linspace(0, 255, size[0], dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(np.broadcast_to(gradient, (size[1], size[0])).copy()).convert("RGB").save(file, kind)
    return file.getvalue()


WEBP = picture("WEBP")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_the_protocol_takes_can_be_painted_over(kind: str) -> None:
    request = PaintRequest(prompt="cat", init_image=picture(kind))
    assert request.init_image is not None
    assert len(request.init_image) < IMAGE_BYTES
    check_image(request.init_image)
    image = opened(request.init_image, 32, 16)
    assert (image.mode, image.size) == ("RGB", (32, 16))
    ours, drawn = (np.asarray(each, dtype=int) for each in (image, opened(picture("PNG"), 32, 16)))
    assert np.abs(ours - drawn).max() < 12


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_kinds_are_refused_before_they_are_decoded(kind: str) -> None:
    for touch in (
        lambda data: PaintRequest(prompt="cat", init_image=data),
        check_image,
        lambda data: opened(data, 8, 8),
    ):
        with pytest.raises(InvalidRequest, match="PNG, JPEG or WebP"):
            touch(picture(kind))


def test_a_webp_of_too_many_pixels_is_refused_by_its_header() -> None:
    file = BytesIO()
    Image.new("L", (16_000, 3_200)).save(file, "WEBP", quality=1, method=0)
    with pytest.raises(InvalidRequest, match="50 million pixels"):
        check_image(file.getvalue())
    wide = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + b"\xff\xff\0" * 2
    with pytest.raises(InvalidRequest):
        check_image(b"RIFF" + (len(wide) + 4).to_bytes(4, "little") + b"WEBP" + wide)


def test_a_webp_that_breaks_off_is_refused() -> None:
    for end in range(12, len(WEBP), 3):
        with pytest.raises(InvalidRequest, match="cannot be decoded"):
            opened(WEBP[:end], 8, 8)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # of headers that check_image refuses
@settings(max_examples=300, deadline=None)
@given(st.integers(12, len(WEBP) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_webp_ends_in_anything_but_a_refusal(at: int, noise: bytes) -> None:
    damaged = WEBP[:at] + noise + WEBP[at + len(noise) :]
    try:
        check_image(damaged)
        opened(damaged, 8, 8)
    except InvalidRequest as refused:
        assert refused.sentence.endswith(".")  # noqa: PT017 - not being raised is fine too
