"""A server's chart sheet as a picture: nothing is blank, cut off or read as a formula, whatever there is to draw."""

import asyncio
import io
import logging
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from bot.stats.chart import HEIGHT, WIDTH, Sheet, drawn, grouped
from bot.stats.chart_process import ChartProcess, NotDrawn

GROUND = (43, 45, 49)
BARS, GREEN, GREY, ORANGE = (88, 101, 242), (59, 165, 92), (128, 132, 142), (250, 166, 26)
HEAD, DAYS, STYLES, WAITS = (0, 0, WIDTH, 120), (40, 130, 660, 400), (690, 130, WIDTH, HEIGHT), (40, 410, 660, HEIGHT)
"""Left, top, right and bottom of the parts of a sheet."""
HOSTILE = (
    r"$\frac{1}{0}$",
    "$unclosed \\",
    "日本語のスタイル",
    "🎨🖌️",
    "مرحبا بالعالم",
    "שלום",
    "W" * 300,
    "\u202eevil\u200b",
    "z̷̧̛a̸l̶g̷o̵",
    "a\nb\tc\x00",
)


def sheet(days: Sequence[int] = (1, 2, 3), styles: Sequence[str] = ("sks",), **fields: Any) -> Sheet:
    waits = tuple(None if not pictures else 2.0 + pictures for pictures in days)
    made = Sheet(
        title="Ink & Pixel",
        period="Last days",
        figures=(("6", "pictures"), ("2", "artists"), ("4.1 s", "median wait")),
        labels=tuple(f"11-{day % 30 + 1:02}" for day in range(len(days))),
        days_title="Pictures a day",
        days=tuple(days),
        styles_title="Styles",
        styles=tuple((name, 100 - number) for number, name in enumerate(styles)),
        rest=None,
        waits_title="Waiting, seconds",
        half_title="median",
        half=waits,
        most_title="9 of 10",
        most=tuple(None if one is None else 2 * one for one in waits),
    )
    return replace(made, **fields)


def picture(of: Sheet) -> Image.Image:
    """Drawn with every warning an error, as matplotlib warns of letters that no font has."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return Image.open(io.BytesIO(drawn(of))).convert("RGB")


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Which part of that is not the ground."""
    part = image.crop(box)
    mask = (
        ImageChops.difference(part, Image.new("RGB", part.size, GROUND)).convert("L").point(lambda one: 255 * (one > 8))
    )
    return mask.histogram()[255] / (part.width * part.height)


def coloured(image: Image.Image, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> Any:
    """Which of its pixels have that colour: rows of flags."""
    return (np.asarray(image.crop(box)) == colour).all(axis=-1)


def area(image: Image.Image, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> int:
    return int(coloured(image, box, colour).sum())


@pytest.mark.parametrize("days", [1, 2, 7, 30, 90])
def test_every_part_of_a_sheet_has_something_in_it(days: int) -> None:
    image = picture(sheet([day % 5 for day in range(1, days + 1)]))
    assert image.size == (WIDTH, HEIGHT)
    assert [ink(image, part) > 0.005 for part in (HEAD, DAYS, STYLES, WAITS)] == [True] * 4
    assert area(image, DAYS, BARS) > 1_000
    assert area(image, STYLES, GREEN) > 1_000
    assert area(image, WAITS, ORANGE) > 100
    border = [(0, 0, WIDTH, 8), (0, HEIGHT - 8, WIDTH, HEIGHT), (0, 0, 8, HEIGHT), (WIDTH - 8, 0, WIDTH, HEIGHT)]
    assert [ink(image, edge) for edge in border] == [0.0] * 4


def test_a_day_with_twice_the_pictures_has_twice_the_bar() -> None:
    image = picture(sheet((10, 20, 0)))
    columns = coloured(image, DAYS, BARS).sum(axis=0)
    heights = sorted({int(column) for column in columns if column > 10})
    assert heights[-1] == pytest.approx(2 * heights[0], abs=4)


def test_a_day_alone_among_empty_ones_is_a_dot_in_the_waits() -> None:
    empty = picture(sheet([0] * 30, days_title="x", rest=("none", 1)))
    alone = picture(sheet([0] * 15 + [3] + [0] * 14, days_title="x", rest=("none", 1)))
    assert area(alone, WAITS, ORANGE) > area(empty, WAITS, ORANGE) + 30


def test_hostile_names_are_drawn_as_they_are_written_and_cut_at_the_edge() -> None:
    image = picture(sheet((1, 2), HOSTILE, title=HOSTILE[0] + HOSTILE[2] * 40, rest=("others", 3)))
    assert ink(image, (WIDTH - 38, 0, WIDTH, HEIGHT)) == 0.0
    plain = picture(sheet((1, 2), ["a"] * len(HOSTILE), rest=("others", 3)))
    assert ink(image, STYLES) > 1.1 * ink(plain, STYLES)


def test_dollar_signs_are_no_formula() -> None:
    as_written, formula = (picture(sheet(styles=[name])) for name in ("$x^2$", "x^2"))
    assert ink(as_written, (700, 170, 1000, 205)) > 1.2 * ink(formula, (700, 170, 1000, 205))


def test_a_sheet_without_styles_leaves_their_place_empty() -> None:
    assert ink(picture(sheet(styles=())), STYLES) == 0.0


def test_what_has_no_row_is_grey() -> None:
    assert area(picture(sheet()), STYLES, GREY) == 0
    assert area(picture(sheet(rest=("others", 50))), STYLES, GREY) > 500


def test_cyrillic_is_not_boxes() -> None:
    image, boxes = picture(sheet(styles=["Жжжжж"])), picture(sheet(styles=["日日日日日"]))
    assert ImageChops.difference(image, boxes).getbbox() is not None
    assert area(image, (700, 170, 1000, 205), GREEN) == area(boxes, (700, 170, 1000, 205), GREEN)


def test_numbers_are_grouped_as_in_every_language() -> None:
    assert [grouped(one, ",") for one in (0, 7, 1_234, 1_234_567, 0.5, 12.0)] == [
        *("0", "7", "1\u202f234", "1\u202f234\u202f567", "0,5", "12")
    ]


def test_a_sheet_is_the_same_after_its_way_into_another_process() -> None:
    made = sheet((0, 2), HOSTILE, rest=("others", 3))
    assert Sheet.from_json(made.to_json()) == made


async def test_the_process_draws_what_this_one_would() -> None:
    made = sheet()
    here, there = drawn(made), await ChartProcess().drawn(made)
    assert there.startswith(b"\x89PNG")
    difference = ImageChops.difference(*(Image.open(io.BytesIO(one)).convert("RGB") for one in (here, there)))
    assert difference.getbbox() is None


async def test_one_that_fails_says_why_in_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    failing = ChartProcess((sys.executable, "-c", "import sys; sys.exit('no room for it')"))
    with caplog.at_level(logging.ERROR), pytest.raises(NotDrawn) as wrong:
        await failing.drawn(sheet())
    assert "no room" in caplog.text
    assert "no room" not in wrong.value.sentence


async def test_one_that_hangs_is_ended_and_too_many_are_not_waited_for() -> None:
    hanging = ChartProcess((sys.executable, "-c", "import time; time.sleep(60)"), seconds=0.1)
    results = await asyncio.gather(*(hanging.drawn(sheet()) for _ in range(9)), return_exceptions=True)
    assert {type(one) for one in results} == {NotDrawn}
    assert sum("Too many" in str(one) for one in results) == 1


async def test_a_program_that_is_not_there_is_no_crash() -> None:
    with pytest.raises(NotDrawn):
        await ChartProcess(("/no/such/program",)).drawn(sheet())
