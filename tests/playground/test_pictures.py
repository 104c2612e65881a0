"""What the first bytes of a file say, against a library that reads all of it."""

import io

import pytest
from PIL import Image

from playground.pictures import content_type, safe_name, size


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("GIF", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"lossless": False}),
        ("WEBP", {"lossless": False, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    ],
)
def test_the_size_is_that_of_the_picture(form: str, options: dict[str, object]) -> None:
    file = io.BytesIO()
    Image.new("RGB", (321, 123), "red").save(file, form, **options)
    assert size(file.getvalue()) == (321, 123)


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF0000WEBPVP8 ", b"GIF89a"])
def test_what_is_no_picture_or_half_of_one_has_no_size(data: bytes) -> None:
    assert size(data) is None


def test_a_name_is_kept_as_discord_keeps_it() -> None:
    assert safe_name("my picture (1).png") == "my_picture_1.png"
    assert safe_name("Картина.png") == "unknown.png"
    assert safe_name("…") == "unknown"


def test_the_kind_goes_by_the_suffix() -> None:
    assert content_type("a.PNG") == "image/png"
    assert content_type("a.webp") == "image/webp"
    assert content_type("a.txt") == "text/plain; charset=utf-8"
    assert content_type("style.safetensors") == "application/octet-stream"
