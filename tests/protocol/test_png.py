import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from protocol.errors import InvalidRequest
from protocol.png import insert_text, read_text
from tests.protocol.strategies import png

PICTURE = png(8, 8)
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=200)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(kind: bytes, data: bytes) -> bytes:
    return PICTURE[:33] + chunk(kind, data) + PICTURE[33:]


def pillow_reads(data: bytes) -> dict[str, str]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return {str(key): str(text) for key, text in image.info.items()}


@given(st.dictionaries(st.sampled_from(["parameters", "styleseal", "Comment"]), texts))
def test_what_is_put_in_is_read_back_by_us_and_by_pillow(inside: dict[str, str]) -> None:
    written = insert_text(PICTURE, inside)
    assert read_text(written) == inside
    assert pillow_reads(written) == inside


def test_the_pixels_stay_as_they_are() -> None:
    with Image.open(io.BytesIO(insert_text(PICTURE, {"a": "b"}))) as after, Image.open(io.BytesIO(PICTURE)) as before:
        assert after.tobytes() == before.tobytes()


def test_a_text_of_the_same_name_is_replaced_and_others_stay() -> None:
    once = insert_text(PICTURE, {"parameters": "old", "Author": "me"})
    assert read_text(insert_text(once, {"parameters": "new …"})) == {"parameters": "new …", "Author": "me"}


@pytest.mark.parametrize("packed", [False, True])
def test_what_pillow_writes_is_read(packed: bool) -> None:
    info = PngInfo()
    info.add_text("plain", "caffè", zip=packed)
    info.add_itxt("international", "絵 🎨", lang="ja", tkey="名", zip=packed)
    file = io.BytesIO()
    Image.new("L", (4, 4)).save(file, "PNG", pnginfo=info)
    assert read_text(file.getvalue()) == {"plain": "caffè", "international": "絵 🎨"}


def test_the_first_of_two_texts_of_one_name_counts() -> None:
    twice = PICTURE[:33] + chunk(b"tEXt", b"a\0first") + chunk(b"tEXt", b"a\0second") + PICTURE[33:]
    assert read_text(twice) == {"a": "first"}


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        (b"", "not a PNG"),
        (b"\xff\xd8\xff", "not a PNG"),
        (PICTURE[:8], "not whole"),
        (PICTURE[:30], "not whole"),
        (PICTURE[:-4], "not whole"),
        (PICTURE[:8] + b"\xff\xff\xff\xffIHDR" + PICTURE[16:], "not whole"),
        (PICTURE[:8] + PICTURE[33:], "begin with one header"),
        (PICTURE[:33] + PICTURE[8:], "begin with one header"),
        (PICTURE[:20] + b"\x01" + PICTURE[21:], "checksum"),
        (with_chunk(b"tEXt", b"no separator"), "without a name"),
        (with_chunk(b"tEXt", b"\0empty name"), "without a name"),
        (with_chunk(b"tEXt", b"x" * 80 + b"\0"), "without a name"),
        (with_chunk(b"zTXt", b"a\0\0not deflate"), "cannot be unpacked"),
        (with_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 99)[:-5]), "breaks off"),
        (with_chunk(b"zTXt", b"a\0\7" + zlib.compress(b"x")), "PNG does not have"),
        (with_chunk(b"zTXt", b"a\0"), "PNG does not have"),
        (with_chunk(b"iTXt", b"a\0\0"), "breaks off"),
        (with_chunk(b"iTXt", b"a\0\0\0en"), "breaks off"),
        (with_chunk(b"iTXt", b"a\0\2\0\0\0text"), "PNG does not have"),
        (with_chunk(b"iTXt", b"a\0\0\0\0\0\xff\xfe"), "not UTF-8"),
        (with_chunk(b"tEXt", b"a\0" + b"x" * (4 * 2**20 + 1)), "MiB of text"),
        (with_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(64 * 2**20))), "MiB of text"),
        (PICTURE[:33] + chunk(b"tEXt", b"a\0") * 257 + PICTURE[33:], "more than 256 texts"),
        (PICTURE[:33] + chunk(b"abCd", b"") * 100_001 + PICTURE[33:], "more than 100000 parts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_refused_in_a_sentence(hostile: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said) as caught:
        read_text(hostile)
    assert len(caught.value.sentence) < 100


@given(st.integers(8, len(PICTURE) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_ends_in_anything_but_a_refusal(at: int, noise: bytes) -> None:
    damaged = PICTURE[:at] + noise + PICTURE[at + len(noise) :]
    for touch in (read_text, lambda data: insert_text(data, {"a": "b"})):
        try:
            touch(damaged)
        except InvalidRequest as refused:
            assert refused.sentence.endswith(".")  # noqa: PT017 - not being raised is fine too


@pytest.mark.parametrize(("keyword", "text"), [("", "x"), ("x" * 80, "x"), ("a\0b", "x"), ("a", "x\0y")])
def test_what_png_cannot_hold_is_the_callers_mistake(keyword: str, text: str) -> None:
    with pytest.raises(ValueError, match="PNG text"):
        insert_text(PICTURE, {keyword: text})
