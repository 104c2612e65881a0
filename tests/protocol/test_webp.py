import io
import random
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from protocol.errors import InvalidRequest
from protocol.webp import exif, is_webp, read_description

DESCRIPTION, INNER, COMMENT = 0x010E, 0x8769, 0x9286
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=200)


def webp(inside: bytes = b"", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (8, 8)).save(file, "WEBP", exif=inside)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + bytes(len(data) % 2)


def container(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(order: str, *entries: bytes, after: bytes = b"") -> bytes:
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + struct.pack(f"{order}IH", 8, len(entries)) + b"".join(entries) + bytes(4) + after


PICTURE = chunk(b"VP8X", bytes(10))
WHOLE = webp(exif(comment="a cat 🐈", description="styleseal:{}"))


def in_webp(data: bytes) -> bytes:
    return container(PICTURE, chunk(b"EXIF", data))


@given(texts, texts)
@example("", "")
@example("кот 🐈‍⬛", "abc")
@example("x", "🐈" * 6_000)
def test_what_is_put_in_is_read_back_by_us_and_by_pillow(comment: str, description: str) -> None:
    written = webp(exif(comment=comment, description=description))
    assert read_description(written) == description
    with Image.open(io.BytesIO(written)) as image:
        image.load()
        found = image.getexif()
        assert found[DESCRIPTION].encode("latin-1").decode() == description
        assert found.get_ifd(INNER)[COMMENT] == b"UNICODE\0" + comment.encode("utf-16-be")


def test_values_stand_at_even_places_as_tiff_has_them() -> None:
    for description in ("odd", "even"):
        assert exif(comment="cat", description=description).index(b"UNICODE\0") % 2 == 0


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("text", ["", "cat", "a cat", "Köter"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_pillow_writes_is_read_in_either_order(order: str, text: str, mode: str) -> None:
    written = Image.Exif()
    written.endian = order
    written[0x010F] = "a maker"
    written[DESCRIPTION] = text.encode()
    assert read_description(webp(written.tobytes(), mode)) == text


@pytest.mark.parametrize("lossless", [False, True])
def test_a_plain_file_describes_nothing(lossless: bool) -> None:
    file = io.BytesIO()
    Image.new("RGB", (7, 5), "red").save(file, "WEBP", lossless=lossless)
    assert is_webp(file.getvalue())
    assert read_description(file.getvalue()) is None


def test_an_animation_is_read_like_a_picture() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    inside = exif(comment="", description="three")
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], exif=inside)
    assert read_description(file.getvalue()) == "three"


@pytest.mark.parametrize("pad", [True, False])
def test_a_chunk_of_odd_length_is_followed_by_one_byte_or_the_end(pad: bool) -> None:
    odd = exif(comment="", description="odd") + b"\1"
    assert len(odd) % 2 == 1
    last = chunk(b"EXIF", odd)
    assert read_description(container(PICTURE, chunk(b"XMP ", b"x"), last if pad else last[:-1])) == "odd"


def test_the_first_of_two_counts_and_what_follows_the_container_does_not() -> None:
    one, other = (chunk(b"EXIF", exif(comment="", description=text)) for text in ("one", "other"))
    assert read_description(container(PICTURE, one, other)) == "one"
    assert read_description(container(PICTURE) + one) is None


def test_the_exif_may_begin_as_in_a_jpeg() -> None:
    assert read_description(in_webp(b"Exif\0\0" + exif(comment="", description="both"))) == "both"


@pytest.mark.parametrize(
    "entry",
    [
        struct.pack(">HHI4s", 0x010F, 2, 4, b"cat\0"),
        struct.pack(">HHI4s", DESCRIPTION, 4, 1, b"\0\0\0\1"),
        struct.pack(">HHI4s", DESCRIPTION, 0xFFFF, 2**32 - 1, b"\xff" * 4),
    ],
    ids=["another tag", "a number", "of a kind that is none"],
)
def test_what_is_no_text_is_passed_over(entry: bytes) -> None:
    assert read_description(in_webp(tiff(">", entry))) is None


def text_entry(length: int, place: int) -> bytes:
    return struct.pack(">HHII", DESCRIPTION, 2, length, place)


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        (b"", "not a WebP"),
        (b"RIFF", "not a WebP"),
        (b"RIFF\0\0\0\0WAVE", "not a WebP"),
        (b"RIFF\0\0\0\0WEBP", "not whole"),
        (b"RIFF\xff\xff\xff\xffWEBP", "not whole"),
        (container(), "not whole"),
        (container(b"VP8X"), "not whole"),
        (container(b"VP8X\xff\xff\xff\xff"), "not whole"),
        (container(PICTURE, b"EXIF\xff\xff\xff\xff"), "not whole"),
        (container(PICTURE, b"EXIF"), "not whole"),
        (container(PICTURE)[:-1], "not whole"),
        (WHOLE[:-9], "not whole"),
        (container(chunk(b"EXIF", b"")), "begin with a picture"),
        (container(PICTURE, chunk(b"abCd", b"") * 100_000), "more than 100000 parts"),
        (in_webp(b"MM"), "breaks off"),
        (in_webp(b"none of this is TIFF"), "is not EXIF"),
        (in_webp(b"MM\0*"), "breaks off"),
        (in_webp(b"MM\0*\xff\xff\xff\xff"), "breaks off"),
        (in_webp(b"MM\0*\0\0\0\7"), "breaks off"),
        (in_webp(b"MM\0*\0\0\0\x08\xff\xff"), "breaks off"),
        (in_webp(tiff(">", text_entry(5, 22))), "breaks off"),
        (in_webp(tiff(">", text_entry(5, 2**32 - 1))), "breaks off"),
        (in_webp(tiff(">", text_entry(2**32 - 1, 0))), "MiB of text"),
        (in_webp(tiff(">", text_entry(4 * 2**20 + 1, 0), after=bytes(5 * 2**20))), "MiB of text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_refused_in_a_sentence(hostile: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        read_description(hostile)
    assert len(caught.value.sentence) < 100


def test_a_directory_that_is_its_own_value_is_read_once() -> None:
    looped = tiff(">", *[struct.pack(">HHII", INNER, 4, 1, 8)] * 65_535)
    assert read_description(in_webp(looped)) is None


def refused_or_read(data: bytes) -> None:
    try:
        read_description(data)
    except InvalidRequest as refused:
        assert refused.sentence.endswith(".")  # noqa: PT017 - not being raised is fine too


@settings(max_examples=500)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=8), st.integers(0, 8))
def test_no_damage_ends_in_anything_but_a_refusal(at: int, noise: bytes, cut: int) -> None:
    refused_or_read(WHOLE[:at] + noise + WHOLE[at + cut :])


@settings(max_examples=500)
@given(st.binary(max_size=120))
def test_no_exif_ends_in_anything_but_a_refusal(noise: bytes) -> None:
    for data in (noise, b"MM\0*\0\0\0\x08" + noise, b"II*\0\x08\0\0\0" + noise):
        refused_or_read(in_webp(data))


def test_every_flipped_bit_ends_in_nothing_but_a_refusal() -> None:
    for at in range(8 * len(WHOLE)):
        damaged = bytearray(WHOLE)
        damaged[at // 8] ^= 1 << at % 8
        refused_or_read(bytes(damaged))


def test_a_file_of_nothing_but_noise_after_its_header_is_refused_or_read() -> None:
    chance = random.Random(0)
    for size in (0, 100, 2**20):
        refused_or_read(b"RIFF" + struct.pack("<I", size + 4) + b"WEBP" + chance.randbytes(size))
        refused_or_read(container(PICTURE, chance.randbytes(size)))
