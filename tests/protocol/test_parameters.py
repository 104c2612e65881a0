import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from protocol import limits, webp
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest, RenderDefaults
from protocol.parameters import Painted, embed, exif_of, painted_in
from protocol.png import insert_text, read_text
from tests.protocol.strategies import line, png, requests, sha256s

PICTURE = png(16, 8)
DEFAULTS = RenderDefaults(width=128, height=128, steps=20, guidance_scale=5.0, sampler="euler_a")


@st.composite
def painteds(draw: st.DrawFn) -> Painted:
    request = draw(requests()).with_defaults(DEFAULTS)
    named = draw(st.booleans())
    styles = tuple(draw(line(20, 1).filter(str.strip)) for _ in request.adapters) if named else ()
    return Painted(
        request=replace(request, count=1, init_image=None, strength=None),
        prompt_used=request.prompt + draw(line(20)),
        base_name=draw(line(20)),
        base_fingerprint=draw(sha256s),
        lane=draw(st.sampled_from(("bank", "fused", "pipeline"))),
        batch="2x8x16x16",
        versions=tuple(draw(st.dictionaries(line(10), line(10))).items()),
        styles=styles,
        image_sha256="" if request.strength is None else draw(sha256s),
        strength=request.strength,
    )


def painted(prompt: str = "astronaut, in sks style", **fields: Any) -> Painted:
    asked = {"prompt": "astronaut", "seed": 7} | {key: fields.pop(key) for key in list(fields) if key in ASKED}
    known: dict[str, Any] = {
        "request": PaintRequest(**asked).with_defaults(DEFAULTS),
        "prompt_used": prompt,
        "base_name": "pocket",
        "base_fingerprint": "0123456789abcdef" * 4,
        "lane": "pipeline",
        "batch": "2x8x16x16",
        "versions": (("styleseal", "0.1.0"), ("torch", "2.13.0")),
    }
    return Painted(**known | fields)


ASKED = ("negative_prompt", "adapters", "sampler", "steps", "guidance_scale")
SKS = AdapterUse("abcdef1234567890" * 4, 0.8, "in sks style")


@given(painteds())
def test_a_picture_says_how_it_was_painted(record: Painted) -> None:
    assert painted_in(embed(PICTURE, record)) == record


@given(painteds())
def test_pillow_finds_both_texts_whole(record: Painted) -> None:
    with Image.open(io.BytesIO(embed(PICTURE, record))) as image:
        image.load()
        assert image.info["parameters"] == record.to_a1111()
        assert json.loads(image.info["styleseal"]) == json.loads(json.dumps(record.to_json()))


def test_the_text_for_other_programs_is_a1111s() -> None:
    record = painted(adapters=(SKS,), styles=("sks",), negative_prompt="blur")
    assert record.to_a1111() == (
        "astronaut, in sks style <lora:sks:0.8>\n"
        "Negative prompt: blur\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 5, Seed: 7, Size: 128x128, Model hash: 0123456789, Model: pocket, "
        'Lora hashes: "sks: abcdef123456", Version: StyleSeal 0.1.0'
    )


def test_a_schedule_in_our_samplers_name_is_a_schedule_type_there() -> None:
    assert "Sampler: DPM++ 2M, Schedule type: Karras, " in painted(sampler="dpmpp_2m_karras").to_a1111()
    assert "Schedule" not in painted(sampler="dpmpp_2m").to_a1111()


@pytest.mark.parametrize("sampler", limits.SAMPLERS)
def test_every_sampler_has_a_name_there(sampler: str) -> None:
    assert "Sampler: " in painted(sampler=sampler).to_a1111()


def test_no_negative_prompt_and_an_empty_one_write_no_line_and_stay_apart_in_json() -> None:
    none, empty = painted(), painted(negative_prompt="")
    assert none.to_a1111() == empty.to_a1111()
    assert painted_in(embed(PICTURE, none)).request.negative_prompt is None
    assert painted_in(embed(PICTURE, empty)).request.negative_prompt == ""


def test_a_value_with_commas_or_colons_is_quoted() -> None:
    assert 'Model: "a, b: \\"c\\""' in painted(base_name='a, b: "c"').to_a1111()


def test_an_adapter_without_a_style_goes_by_its_trigger_or_its_hash() -> None:
    assert "<lora:in sks style:0.8>" in painted(adapters=(SKS,)).to_a1111()
    assert "<lora:abcdef123456:0.8>" in painted(adapters=(replace(SKS, trigger=""),)).to_a1111()


@pytest.mark.parametrize(
    "hostile",
    [
        'cat\nSteps: 1, Sampler: DDIM, CFG scale: 1, Seed: 99, Size: 8x8, Model: "x',
        'cat", "seed": 99, "x": "',
        "cat\nNegative prompt: everything\nSteps: 1",
        'cat\\\n\\"{}[]<lora:x:1>',
    ],
)
def test_a_prompt_cannot_forge_the_record(hostile: str) -> None:
    record = painted(hostile, styles=())
    record = replace(record, request=replace(record.request, prompt=hostile))
    assert painted_in(embed(PICTURE, record)) == record
    *_, last = record.to_a1111().split("\n")
    assert last.startswith("Steps: 20, Sampler: Euler a")
    assert "\nNegative prompt:" not in record.to_a1111()


def test_a_picture_painted_over_another_names_it_and_is_asked_for_again_with_it() -> None:
    record = painted(image_sha256="ab" * 32, strength=0.5)
    assert "Denoising strength: 0.5" in record.to_a1111()
    again = record.request_with(PICTURE)
    assert (again.init_image, again.strength) == (PICTURE, 0.5)
    assert record.request_with(None) == record.request


def test_a_later_record_replaces_an_earlier_one() -> None:
    later = painted("another")
    assert painted_in(embed(embed(PICTURE, painted()), later)) == later


def test_a_picture_without_a_record_says_so() -> None:
    with pytest.raises(InvalidRequest, match="does not say how it was painted"):
        painted_in(PICTURE)


@pytest.mark.parametrize(
    "record", ["", "{", "[]", "null", "[" * 100_000, '{"version": 2}', '{"version": 1}', '{"version": 1, "request": 5}']
)
def test_a_record_that_cannot_be_read_is_refused(record: str) -> None:
    with pytest.raises(InvalidRequest):
        painted_in(insert_text(PICTURE, {"styleseal": record}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base", []),
        ("base", {"name": 5}),
        ("versions", [1]),
        ("versions", {"torch": 2}),
        ("styles", "sks"),
        ("styles", [5]),
        ("styles", ["sks"]),
        ("image_sha256", "no hash"),
        ("image_sha256", "ab" * 32),
        ("strength", 0.5),
        ("prompt_used", "\x1b"),
        ("lane", "x" * 201),
    ],
)
def test_a_record_with_a_wrong_value_is_refused(key: str, value: Any) -> None:
    with pytest.raises(InvalidRequest):
        Painted.from_json(painted().to_json() | {key: value})


def test_keys_of_a_later_reader_are_passed_over() -> None:
    assert Painted.from_json(painted().to_json() | {"clip_skip": 2}) == painted()


def test_several_pictures_or_an_image_are_no_record() -> None:
    for change in ({"count": 2}, {"init_image": PICTURE, "strength": 0.5}):
        with pytest.raises(InvalidRequest, match="one picture, without"):
            replace(painted(), request=replace(painted().request, **change))


def as_webp(png: bytes) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 8)).save(file, "WEBP", exif=exif_of(png))
    return file.getvalue()


@given(painteds())
def test_a_copy_as_webp_says_the_same_to_us_and_to_other_programs(record: Painted) -> None:
    copy = as_webp(embed(PICTURE, record))
    assert painted_in(copy) == record
    with Image.open(io.BytesIO(copy)) as image:
        comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert comment == b"UNICODE\0" + record.to_a1111().encode("utf-16-be")


@pytest.mark.parametrize("description", [None, "", "a cat", "other:{}", "STYLESEAL:{}"])
def test_a_webp_without_a_record_says_so(description: str | None) -> None:
    inside = b"" if description is None else webp.exif(comment="", description=description)
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "WEBP", exif=inside)
    with pytest.raises(InvalidRequest, match="does not say how it was painted"):
        painted_in(file.getvalue())


@pytest.mark.parametrize("record", ["", "{", "null", "[" * 100_000, '{"version": 2}'])
def test_a_record_in_a_webp_that_cannot_be_read_is_refused(record: str) -> None:
    with pytest.raises(InvalidRequest):
        painted_in(as_webp(insert_text(PICTURE, {"styleseal": record})))


def test_a_copy_of_a_picture_without_a_record_has_nothing_to_say() -> None:
    assert exif_of(insert_text(PICTURE, {"Author": "me", "parameters": "cat"})) == b""


def test_the_record_stays_small_beside_other_texts() -> None:
    assert set(read_text(embed(insert_text(PICTURE, {"Author": "me"}), painted()))) == {
        "Author",
        "parameters",
        "styleseal",
    }
