"""The page that charts are drawn on, in pixels from its upper left corner: dark, as Discord is. Loads matplotlib."""

import io
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D

GROUND, BRIGHT, MUTED, FAINT = "#2b2d31", "#f2f3f5", "#b5bac1", "#3f4147"
_DPI = 100
_TITLE, _SCALE = 44, 62
"""Pixels: from the middle of a part's title to its drawing, and at the left of it, for its numbers."""
_TEXT, _SMALL, _BAR = 20, 18, 8
"""Pixels of letters, and of a bar under them."""
_FONTS = ("DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Noto Sans", "Noto Emoji")
"""The first is matplotlib's own; of the others those that there are."""
_BOX = "□"
_MORE = "…"
_UNSEEN, _SYMBOLS = ("Cf", "Cc", "Cs", "Mn", "Me"), ("So", "Sk", "Co", "Cn")
"""Categories of Unicode's; emojis are among the symbols."""


class Page:
    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=GROUND)
        self._canvas = FigureCanvasAgg(self._figure)

    def words(
        self,
        words: str,
        left: float,
        middle: float,
        *,
        size: int,
        width: float,
        colour: str = BRIGHT,
        bold: bool = False,
    ) -> None:
        """On one line of so many pixels at most; `size` in pixels."""
        self._figure.text(
            left / self._size[0],
            1 - middle / self._size[1],
            self.fit(words, width, size=size, bold=bold),
            va="center_baseline",
            fontproperties=self._font(size, bold),
            color=colour,
            parse_math=False,
        )

    def fit(self, words: str, width: float, *, size: int, bold: bool = False) -> str:
        """The beginning that is no wider than so many pixels, in letters that the fonts have."""
        line = (
            "".join(self._letter(one) for one in unicodedata.normalize("NFC", " ".join(words.split()))).strip() or _BOX
        )
        if self._width(line, size, bold) <= width:
            return line
        while line and self._width(line + _MORE, size, bold) > width:
            line = line[:-1]
        return line.rstrip() + _MORE

    def title(self, words: str, left: float, right: float, middle: float, keys: Sequence[tuple[str, str]] = ()) -> None:
        """Of a part, with what its colours mean at the right end of its line."""
        end = right
        for key, colour in reversed(keys):
            shown = self.fit(key, (right - left) / 3, size=_TEXT)
            begins = end - self._width(shown, _TEXT)
            self.words(shown, begins, middle, size=_TEXT, colour=MUTED, width=right)
            self.words("●", begins - 22, middle, size=_TEXT, colour=colour, width=right)
            end = begins - 44
        self.words(words, left, middle, size=24, bold=True, width=end - left)

    def part(
        self, title: str, left: float, right: float, top: float, height: float, keys: Sequence[tuple[str, str]] = ()
    ) -> Axes:
        """Its title, whose middle is at `top`, and below that room to draw `height` pixels high."""
        self.title(title, left, right, top, keys)
        width, whole = self._size
        from_left, bottom = left + _SCALE, top + _TITLE + height
        place = (from_left / width, 1 - bottom / whole, (right - from_left) / width, height / whole)
        axes = self._figure.add_axes(place, facecolor="none")
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, pad=8, labelcolor=MUTED, labelsize=_SMALL * 72 / _DPI)
        axes.set_axisbelow(True)
        return axes

    def row(self, name: str, number: str, share: float, left: float, right: float, top: float, colour: str) -> None:
        """A name and a number over a bar that is so much of the whole width."""
        begins = right - self._width(number, _TEXT)
        self.words(name, left, top, size=_TEXT, width=begins - left - 16)
        self.words(number, begins, top, size=_TEXT, colour=MUTED, width=right)
        for until, shade in ((right, FAINT), (left + max(_BAR + 1.0, share * (right - left)), colour)):
            self._bar(left, until, top + 20, shade)

    def above(self, axes: Axes, words: str, at: tuple[float, float]) -> None:
        """Over a place of a drawing."""
        font = self._font(_SMALL)
        axes.annotate(
            words,
            at,
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=BRIGHT,
            fontproperties=font,
            parse_math=False,
        )

    def png(self) -> bytes:
        written = io.BytesIO()
        self._canvas.print_png(written)  # type: ignore[no-untyped-call]
        return written.getvalue()

    def _bar(self, left: float, right: float, middle: float, colour: str) -> None:
        width, height = self._size
        across = ((left + _BAR / 2) / width, (right - _BAR / 2) / width)  # its ends are round, and go beyond these
        down = (1 - middle / height,) * 2
        line = Line2D(across, down, color=colour, linewidth=_BAR * 72 / _DPI, solid_capstyle="round")
        self._figure.add_artist(line)

    def _font(self, size: int, bold: bool = False) -> FontProperties:
        return FontProperties(family=self._families, size=size * 72 / _DPI, weight="bold" if bold else "normal")

    def _width(self, words: str, size: int, bold: bool = False) -> float:
        """In pixels."""
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        return float(renderer.get_text_width_height_descent(words, self._font(size, bold), ismath=False)[0])

    def _letter(self, letter: str) -> str:
        """Something else, or nothing, for what the fonts do not have or what is put above others without end."""
        kind = unicodedata.category(letter)
        if kind in _UNSEEN:
            return ""
        if any(ord(letter) in letters for letters in self._letters):
            return letter
        return "" if kind in _SYMBOLS else _BOX

    @cached_property
    def _families(self) -> list[str]:
        there = {font.name for font in fontManager.ttflist}
        return [name for name in _FONTS if name in there]

    @cached_property
    def _letters(self) -> list[frozenset[int]]:
        """Which each of the fonts has, bold or not."""
        return [_letters_of(name, "normal") & _letters_of(name, "bold") for name in self._families]


def _letters_of(family: str, weight: str) -> frozenset[int]:
    return frozenset(FT2Font(fontManager.findfont(FontProperties(family=family, weight=weight))).get_charmap())
