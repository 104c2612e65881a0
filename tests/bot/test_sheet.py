"""A sheet as it is drawn: within Discord's limits whatever is on it, its pictures as they are, its record inside."""

import dataclasses
import io
import itertools

import pytest
from PIL import Image

from adapters.styles import Catalogue
from bot.answers import Refused
from bot.buttons import result_view
from bot.buttons.styles import restyled
from bot.jobs import Job, Variant
from bot.lettering import legible
from bot.sheets.drawing import SIDE, drawn, layout
from bot.sheets.sheets import alone, as_one, so_far
from bot.shrink import fitted
from bot.styles.picks import Picks
from bot.wanted import larger, like, over
from protocol.errors import InvalidRequest
from protocol.events import Completed
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import painted_in
from protocol.sheet import cells_in
from tests.bot.sheets import cells_of, colours
from tests.bot.test_plans import JOB
from tests.fake_engine import DEFAULTS, FakeEngine

HOSTILE = "@everyone **bold** \u202eRTL\u202c z\u200be\u200bro 🎨🎨 漢字 \x07 " + "Щ" * 4_000
Size = tuple[int, int]
VARIANTS = tuple(Variant(f"× {weight:g}", (AdapterUse("0" * 64, weight, "in ink"),), "ink") for weight in (0.0, 0.5, 1))
SHEET = dataclasses.replace(JOB, request=PaintRequest(prompt="a cat", seed=7), style="ink", variants=VARIANTS)


def png(width: int, height: int, colour: tuple[int, int, int] = (1, 2, 3)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def painted(job: Job) -> list[Completed]:
    """What the engine gives for each."""
    requests = [request.with_defaults(DEFAULTS) for request in job.requests]
    return [FakeEngine(cut="too long")._picture(request, 0, False) for request in requests]


@pytest.mark.parametrize("size", [(64, 64), (128, 128), (512, 768), (1024, 1024), (2048, 2048), (2048, 64), (64, 2048)])
def test_no_side_is_longer_than_may_be_and_no_picture_lies_on_another(size: Size) -> None:
    for count, lines in itertools.product(range(1, 10), (1, 2)):
        plan = layout(count, *size, lines)
        assert max(plan.size) <= SIDE
        assert plan.width <= size[0]
        assert plan.height <= size[1]
        assert abs(plan.width / plan.height - size[0] / size[1]) < 0.1 * size[0] / size[1]
        boxes = [plan.box(number) for number in range(count)]
        for left, top, right, bottom in boxes:
            assert 0 < left < right <= plan.size[0]
            assert plan.heading < top < bottom + plan.line <= plan.size[1]
        for one, other in itertools.combinations(boxes, 2):
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] + plan.line <= other[1]


def test_what_fits_is_not_made_smaller_and_few_places_are_empty() -> None:
    for count in range(2, 9):
        plan = layout(count, 512, 512)
        assert (plan.width, plan.height) == (512, 512)
        assert plan.columns * plan.rows - count <= 1
        assert plan.columns >= plan.rows


def test_the_pictures_are_in_their_places_as_they_were() -> None:
    wanted = [(10 * number, 20, 30) for number in range(6)]
    sheet = drawn([png(128, 96, colour) for colour in wanted], ["a"] * 6, "a cat", "seed 7")
    assert colours(cells_of(sheet, 6, 128, 96)) == wanted


def test_a_preview_is_small_however_large_its_pictures_are() -> None:
    previews = {0: png(1024, 1024), 2: png(1024, 1024)}
    with Image.open(io.BytesIO(so_far(SHEET, previews))) as image:
        assert max(image.size) <= 1_024
    with Image.open(io.BytesIO(so_far(SHEET, {1: png(128, 128)}))) as image:
        assert image.size == layout(3, 128, 128).size


def test_one_that_is_not_there_yet_is_left_out() -> None:
    sheet = drawn([None, png(128, 128)], ["a", "b"], "a cat", "seed 7")
    assert colours(cells_of(sheet, 2))[1] == (1, 2, 3)


def test_whatever_is_written_on_it_it_keeps_its_size() -> None:
    usual = drawn([png(256, 256)] * 3, ["a"] * 3, "two lines " * 20, "seed 7")
    hostile = drawn([png(256, 256)] * 3, [HOSTILE] * 3, HOSTILE + " " + HOSTILE, HOSTILE)
    with Image.open(io.BytesIO(usual)) as one, Image.open(io.BytesIO(hostile)) as other:
        assert one.size == other.size
    # No word is written over a picture.
    assert colours(cells_of(hostile, 3, 256, 256, lines=2)) == [(1, 2, 3)] * 3


def test_letters_that_cannot_be_drawn_are_marked_once_and_those_unseen_left_out() -> None:
    assert legible("a 🎨🎨 b") == "a … b"
    assert legible("кот, γάτα, ß\u202e\u200b!") == "кот, γάτα, ß!"
    assert legible("漢字") == "…"


def test_it_says_what_each_of_its_pictures_was_painted_with_also_as_a_small_copy() -> None:
    one = as_one(SHEET, painted(SHEET))
    assert (one.seed, one.prompt_used, one.cut) == (7, "a cat", "too long")
    assert one.png == as_one(SHEET, painted(SHEET)).png
    (small,) = fitted([one.png], len(one.png) - 1, 2**20)
    assert small.extension == "webp"
    for file in (one.png, small.data):
        cells = cells_in(file)
        assert [cell.label for cell in cells] == ["× 0", "× 0.5", "× 1"]
        assert [cell.painted.request.adapters[0].weight for cell in cells] == [0.0, 0.5, 1.0]
        with pytest.raises(InvalidRequest):  # no one picture's record
            painted_in(file)


def test_it_is_held_back_where_one_of_its_pictures_is() -> None:
    pictures = painted(SHEET)
    for flags, wanted in (((False, True, False), True), ((False,) * 3, False)):
        seen = [dataclasses.replace(one, flagged=flag) for one, flag in zip(pictures, flags, strict=True)]
        assert as_one(SHEET, seen).flagged is wanted


def test_what_is_no_sheet_says_nothing_of_any() -> None:
    assert cells_in(painted(SHEET)[0].png) == ()
    with pytest.raises(InvalidRequest):
        cells_in(b"no picture")


def test_nothing_is_painted_over_a_sheet_and_each_of_its_pictures_can_be_had_alone() -> None:
    for paint in (lambda: over(SHEET, 1, 0.5), lambda: larger(SHEET, 1, None)):
        with pytest.raises(Refused) as refused:
            paint()
        assert refused.value.key == "sheet_not_one"
    wanted = alone(SHEET, 2)
    assert (wanted.amount, wanted.style, wanted.request.seed) == (1, "ink", 7)
    assert wanted.request.adapters == VARIANTS[1].adapters
    for number in (0, 4):
        with pytest.raises(Refused):
            alone(SHEET, number)
    assert restyled(SHEET, None, Picks(Catalogue([]))).variants == ()
    assert like(SHEET).amount == 3


def test_it_counts_for_all_that_is_painted_for_it() -> None:
    one = dataclasses.replace(SHEET, variants=())
    assert SHEET.amount == 3
    assert SHEET.cost == pytest.approx(3 * one.cost)
    quick = dataclasses.replace(SHEET, variants=(Variant("quick", (), "quick", "lcm"),))
    assert quick.cost == pytest.approx(6 / 25 * one.cost)


def test_its_labels_fit_into_its_list_whatever_they_are() -> None:
    job = dataclasses.replace(SHEET, variants=(Variant(HOSTILE, ()), Variant("\u200b", ())))
    (menu,) = (row["components"][0] for row in result_view(job).to_components()[1:])
    assert [0 < len(option["label"].strip()) <= 100 for option in menu["options"]] == [True, True]
    assert "\u202e" not in menu["options"][0]["label"]


def test_it_comes_back_from_its_json_as_it_was() -> None:
    for variant in (*VARIANTS, Variant("a", (), "b", "lcm")):
        assert Variant.from_json(variant.to_json()) == variant
