"""Draws a server's chart sheet: figures, pictures a day, styles, waiting times. It knows no language and no database.

A sheet has all its words, ready to be shown; what the fonts at hand do not have is shown as a box, and nothing in it is
read as a formula. matplotlib is loaded by `drawn` alone, which belongs into a process of its own
(`bot.stats.chart_process`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bot.stats.chart_page import Page

WIDTH, HEIGHT = 1100, 700
"""Pixels; Discord shows half of that at most."""
_EDGE, _MIDDLE, _RIGHT = 40, 640, 704
"""Pixels from the left: where all begins, where the left column ends, and where the right one begins."""
_FIGURE, _BELOW_HEAD, _HIGH, _ROW = 172, 146, 176, 46
"""Pixels: as wide as a figure may be; where the columns begin; a drawing's height; a style's row."""
_LABELLED = 10
"""Days that have their number over their bar."""
_TICKS = 7
_PICTURES, _STYLES, _REST, _HALF, _MOST = "#5865f2", "#3ba55c", "#80848e", "#faa61a", "#eb6a5b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`days`, `half` and `most` go together with `labels`, one for each day; the latter two are None for a day on which
    nobody waited. `styles` are names with their pictures, the most first; `rest` stands for those that have no row."""

    title: str
    period: str
    figures: tuple[tuple[str, str], ...]
    """A number, and what it is of."""
    labels: tuple[str, ...]
    days_title: str
    days: tuple[int, ...]
    styles_title: str
    styles: tuple[tuple[str, int], ...]
    rest: tuple[str, int] | None
    waits_title: str
    half_title: str
    half: tuple[float | None, ...]
    most_title: str
    most: tuple[float | None, ...]
    decimal: str = "."
    """Before tenths."""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        fields: dict[str, Any] = {name: _tuples(value) for name, value in json.loads(data).items()}
        return cls(**fields)


def drawn(sheet: Sheet) -> bytes:
    """A PNG of `WIDTH` times `HEIGHT` pixels."""
    from bot.stats.chart_page import Page

    page = Page(WIDTH, HEIGHT)
    _head(page, sheet)
    _days(page, sheet)
    _styles(page, sheet)
    _waits(page, sheet)
    return page.png()


def _head(page: "Page", sheet: Sheet) -> None:
    from bot.stats.chart_page import MUTED

    first = WIDTH - _EDGE - _FIGURE * len(sheet.figures)
    room = first - _EDGE - 24
    page.words(sheet.title, _EDGE, 50, size=34, bold=True, width=room)
    page.words(sheet.period, _EDGE, 94, size=20, colour=MUTED, width=room)
    for number, (figure, of) in enumerate(sheet.figures):
        left = first + number * _FIGURE
        page.words(figure, left, 50, size=36, bold=True, width=_FIGURE - 12)
        page.words(of, left, 94, size=20, colour=MUTED, width=_FIGURE - 12)


def _days(page: "Page", sheet: Sheet) -> None:
    axes = page.part(sheet.days_title, _EDGE, _MIDDLE, _BELOW_HEAD, _HIGH)
    axes.bar(range(len(sheet.days)), sheet.days, width=0.72, color=_PICTURES)
    _along_days(axes, sheet.labels)
    _from_nothing(axes, max(sheet.days))
    if len(sheet.days) <= _LABELLED:
        for place, pictures in enumerate(sheet.days):
            if pictures:
                page.above(axes, grouped(pictures), (place, pictures))


def _styles(page: "Page", sheet: Sheet) -> None:
    """One below another, each over its bar; the rest, which may be more than all of them, is in grey and no scale."""
    rows = [(*row, _STYLES) for row in sheet.styles] + ([] if sheet.rest is None else [(*sheet.rest, _REST)])
    if not rows:
        return
    page.title(sheet.styles_title, _RIGHT, WIDTH - _EDGE, _BELOW_HEAD)
    most = rows[0][1]
    for number, (name, pictures, colour) in enumerate(rows):
        top = _BELOW_HEAD + 42 + number * _ROW
        page.row(name, grouped(pictures), min(1.0, pictures / most), _RIGHT, WIDTH - _EDGE, top, colour)


def _waits(page: "Page", sheet: Sheet) -> None:
    keys = ((sheet.half_title, _HALF), (sheet.most_title, _MOST))
    axes = page.part(sheet.waits_title, _EDGE, _MIDDLE, _BELOW_HEAD + _HIGH + 104, _HIGH, keys)
    nothing = float("nan")
    half = [nothing if one is None else one for one in sheet.half]
    most = [nothing if one is None else one for one in sheet.most]
    places = list(range(len(half)))
    axes.fill_between(places, half, most, color=_MOST, alpha=0.14, linewidth=0)
    for line, colour in ((most, _MOST), (half, _HALF)):
        axes.plot(places, line, color=colour, linewidth=3, solid_capstyle="round")
        alone = [place for place in places if line[place] == line[place] and _is_alone(line, place)]
        dots = alone if len(places) > _LABELLED else places
        axes.plot(dots, [line[place] for place in dots], "o", color=colour, markersize=8)
    _along_days(axes, sheet.labels)
    _from_nothing(axes, max((one for one in sheet.most if one is not None), default=0.0), sheet.decimal)


def _is_alone(line: Sequence[float], place: int) -> bool:
    """Without a neighbour that a line could lead to."""
    beside = [line[other] for other in (place - 1, place + 1) if 0 <= other < len(line)]
    return all(one != one for one in beside)


def _along_days(axes: "Axes", labels: Sequence[str]) -> None:
    """As many of them named as there is room for, the last among them."""
    last = len(labels) - 1
    step = -(-len(labels) // _TICKS)
    shown = sorted(range(last, -1, -step))
    axes.set_xticks(shown, [labels[place] for place in shown])
    axes.set_xlim(-0.6, last + 0.6)


def _from_nothing(axes: "Axes", most: float, decimal: str = "") -> None:
    """A scale up to there, of whole numbers where there is no sign before tenths."""
    from matplotlib.ticker import MaxNLocator

    from bot.stats.chart_page import FAINT

    axes.set_ylim(0, max(0.1 if decimal else 1, most) * 1.18)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=not decimal))
    axes.yaxis.set_major_formatter(lambda value, _: grouped(value, decimal))
    axes.grid(axis="y", color=FAINT, linewidth=1)


def grouped(number: float, decimal: str = ".") -> str:
    """With a thin space between thousands, as it is read in every language."""
    whole, _, tenths = f"{number:,.1f}".partition(".")
    return whole.replace(",", "\u202f") + ("" if tenths == "0" else decimal + tenths)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
