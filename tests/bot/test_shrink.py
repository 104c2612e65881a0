import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.shrink import Fitted, TooLarge, fitted
from protocol.errors import InvalidRequest
from protocol.paint import PaintRequest, RenderDefaults
from protocol.parameters import Painted, embed, painted_in
from protocol.png import insert_text

DEFAULTS = RenderDefaults(width=256, height=256, steps=20, guidance_scale=5.0, sampler="euler_a")
PLENTY = 25 * 2**20
SIDE = 256


def record(prompt: str = "cat") -> Painted:
    return Painted(
        request=PaintRequest(prompt=prompt, negative_prompt=prompt, seed=7).with_defaults(DEFAULTS),
        prompt_used=prompt,
        base_name="pocket",
        base_fingerprint="0123456789abcdef" * 4,
        lane="bank",
        batch="2x8x32x32",
        versions=(("styleseal", "0.1.0"),),
    )


def png(image: Image.Image, painted: Painted | None = None) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return embed(file.getvalue(), painted or record())


def noise(side: int = SIDE, mode: str = "RGB", height: int | None = None, seed: int = 0) -> Image.Image:
    """What cannot be packed without loss."""
    shape = (height or side, side, len(mode)) if len(mode) > 1 else (height or side, side)
    numbers = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return Image.fromarray(numbers)


def opened(file: Fitted) -> Image.Image:
    with Image.open(io.BytesIO(file.data)) as image:
        image.load()
        assert image.format == file.extension.upper()
        return image


NOISE = png(noise())


def test_what_fits_stays_as_it_is_to_the_last_byte() -> None:
    assert fitted([NOISE, NOISE], len(NOISE), 2 * len(NOISE)) == [Fitted(NOISE, "png")] * 2
    assert fitted([], 0, 0) == []


def test_what_fits_is_not_even_looked_into() -> None:
    assert fitted([b"no picture"], 10, 10) == [Fitted(b"no picture", "png")]


def test_a_byte_too_many_makes_a_good_webp_of_the_same_size() -> None:
    [file] = fitted([NOISE], len(NOISE) - 1, PLENTY)
    image = opened(file)
    assert (file.extension, image.size, image.mode) == ("webp", (SIDE, SIDE), "RGB")
    best = io.BytesIO()
    noise().save(best, "WEBP", quality=95)
    with Image.open(best) as expected:
        assert image.tobytes() == expected.tobytes()


def test_less_room_takes_quality_first_and_pixels_then() -> None:
    room, sizes, lengths = len(NOISE), [], []
    while True:
        try:
            [file] = fitted([NOISE], room - 1, PLENTY)
        except TooLarge:
            break
        room = len(file.data)
        lengths.append(room)
        sizes.append(opened(file).width)
        assert painted_in(file.data) == record()
    assert sizes == [256, 256, 256, 256, 128, 64]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.3, 0.1, 0.05])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_noise_fits_wherever_anything_does(share: float, mode: str) -> None:
    picture = png(noise(mode=mode))
    room = int(share * len(picture))
    [file] = fitted([picture], room, PLENTY)
    assert len(file.data) <= room
    opened(file)


def test_what_shows_through_goes_on_showing_through() -> None:
    image = noise(mode="RGBA")
    picture = png(image)
    [file] = fitted([picture], len(picture) - 1, PLENTY)
    assert opened(file).getchannel("A").tobytes() == image.getchannel("A").tobytes()
    [half] = fitted([picture], len(picture) // 6, PLENTY)
    assert opened(half).getchannel("A").tobytes() == image.reduce(2).getchannel("A").tobytes()


def test_a_palette_with_a_colour_that_is_not_there_keeps_it_out() -> None:
    image = noise(mode="L").convert("P")
    image.info["transparency"] = 3
    picture = png(image)
    [file] = fitted([picture], len(picture) // 2, PLENTY)
    assert opened(file).mode == "RGBA"


def test_the_largest_make_room_for_all() -> None:
    small, large, larger = png(noise(64)), png(noise(192)), NOISE
    together = len(small) + len(large) + len(larger) // 2
    files = fitted([small, larger, large], PLENTY, together)
    assert [file.extension for file in files] == ["png", "webp", "png"]
    assert sum(len(file.data) for file in files) <= together
    files = fitted([small, larger, large], PLENTY, len(small) + len(larger) // 2)
    assert [file.extension for file in files] == ["png", "webp", "webp"]


def test_pictures_keep_their_order_and_their_own_records() -> None:
    pictures = [png(noise(seed=seed), record(f"cat {seed}")) for seed in range(4)]
    files = fitted(pictures, len(NOISE) // 2, len(NOISE))
    assert [painted_in(file.data).request.prompt for file in files] == [f"cat {seed}" for seed in range(4)]
    assert sum(len(file.data) for file in files) <= len(NOISE)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([64, 100, 128]), min_size=1, max_size=4), st.integers(0, 60_000), st.integers(0, 150_000)
)
def test_all_is_inside_both_limits_or_too_large(sides: list[int], each: int, together: int) -> None:
    pictures = [png(noise(side)) for side in sides]
    try:
        files = fitted(pictures, each, together)
    except TooLarge:
        least = len(png(noise(64)))  # more than a copy of any of them can be brought to
        assert least > each or least * len(sides) > together
        return
    assert max(len(file.data) for file in files) <= each
    assert sum(len(file.data) for file in files) <= together
    assert all(painted_in(file.data) == record() for file in files)


@pytest.mark.parametrize("limits", [(99, PLENTY), (PLENTY, 99), (0, 0)])
def test_where_nothing_fits_the_member_reads_why(limits: tuple[int, int]) -> None:
    with pytest.raises(TooLarge, match="larger than Discord takes here") as caught:
        fitted([NOISE, png(noise(64))], *limits)
    assert caught.value.status == 413


def test_what_the_largest_cannot_give_the_others_give() -> None:
    wordy = png(Image.new("RGB", (64, 64)), record("🐈" * 6_000))
    [least] = fitted([wordy], len(wordy), len(wordy))
    together = len(least.data) + 60_000
    files = fitted([NOISE, wordy], PLENTY, together)
    assert sum(len(file.data) for file in files) <= together
    assert painted_in(files[1].data) == record("🐈" * 6_000)


@pytest.mark.parametrize("prompt", ["кот в шляпе", "a cat 🐈‍⬛ and a 🎩", 'x"y\\z\n"', "ж" * 6_000, "🐈" * 6_000])
def test_words_of_every_kind_stay_inside(prompt: str) -> None:
    picture = png(noise(512), record(prompt))
    [file] = fitted([picture], len(picture) // 2, PLENTY)
    assert file.extension == "webp"
    assert painted_in(file.data) == record(prompt) == painted_in(picture)
    comment = opened(file).getexif().get_ifd(0x8769)[0x9286]
    assert comment.startswith(b"UNICODE\0")
    assert comment[8:].decode("utf-16-be") == record(prompt).to_a1111()


def test_a_picture_without_a_record_is_made_smaller_too() -> None:
    file = io.BytesIO()
    noise().save(file, "PNG", icc_profile=b"a profile that nobody reads")
    [smaller] = fitted([insert_text(file.getvalue(), {"Author": "me"})], 100_000, PLENTY)
    assert set(opened(smaller).info) & {"exif", "xmp", "icc_profile"} == set()


@pytest.mark.parametrize("cut", [1, 60, 100_000])
def test_a_damaged_picture_that_is_too_large_is_refused(cut: int) -> None:
    for damaged in (NOISE[:-cut], b"x" * cut):
        with pytest.raises(InvalidRequest):
            fitted([damaged], 0, PLENTY)


def test_pixels_that_cannot_be_unpacked_are_refused() -> None:
    head = NOISE[: NOISE.index(b"IDAT") - 4]
    with pytest.raises(InvalidRequest, match="damaged"):
        fitted([head + NOISE[-12:]], 100, PLENTY)


def test_a_picture_longer_than_webp_holds_is_halved_at_once() -> None:
    picture = png(noise(16_400, "L", 128), replace(record(), styles=()))
    [file] = fitted([picture], len(picture) - 1, PLENTY)
    assert opened(file).size == (8_200, 64)
