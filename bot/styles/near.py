"""Finds styles by what somebody typed, fast enough for every key press: what can be known before is."""

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.answers import Refused
from bot.quoting import quoted
from bot.styles.picks import Pick, Picks

Named = TypeVar("Named", bound=Pick)
NEAR = 3
"""The rank of what is written nearly as it was typed."""
_TYPED = 100
_LOOKED_AT = 40
"""Of those that share the most pairs of letters, how many are compared letter by letter."""
_NEAR = 0.6
_NAMED, _SHOWN = 3, 40
"""Styles named in a refusal, and characters of a name that no style has."""


class Names:
    def __init__(self, styles: Sequence[Pick]) -> None:
        self.styles = tuple(styles)
        self._names = [style.name.casefold() for style in self.styles]
        self._all = ["\n".join((style.name, style.title, style.trigger)).casefold() for style in self.styles]
        self._with_pair: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            for pair in _pairs(name):
                self._with_pair.setdefault(pair, []).append(number)

    def like(self, typed: str) -> list[tuple[int, Pick]]:
        """Each with its rank: 0 begins so, 1 has it in its name, title or trigger, 2 has all of the words, and where
        there is none of these, `NEAR` is written nearly so."""
        words = " ".join(typed[:_TYPED].casefold().split())
        ranked = [(self._rank(number, words), style) for number, style in enumerate(self.styles)]
        found = [pair for pair in ranked if pair[0] < NEAR]
        return found or [(NEAR, self.styles[number]) for number in self._near(words)]

    def _rank(self, number: int, typed: str) -> int:
        if self._names[number].startswith(typed):
            return 0
        text = self._all[number]
        if typed in text:
            return 1
        return 2 if " " in typed and all(word in text for word in typed.split()) else NEAR

    def _near(self, typed: str) -> Iterable[int]:
        shared: dict[int, int] = {}
        for pair in _pairs(typed):
            for number in self._with_pair.get(pair, ()):
                shared[number] = shared.get(number, 0) + 1
        likeliest = sorted(shared, key=lambda number: (-shared[number], len(self._names[number])))[:_LOOKED_AT]
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(typed)
        near: list[tuple[float, int]] = []
        for number in likeliest:
            matcher.set_seq1(self._names[number])
            if matcher.quick_ratio() > _NEAR and (ratio := matcher.ratio()) > _NEAR:
                near.append((-ratio, number))
        return [number for _, number in sorted(near)]


def named(picks: Iterable[Named], name: str) -> Named:
    """The style or blend of that name, in whatever case. Raises `Refused`, with those that come near, or with why a
    blend cannot be painted here."""
    if isinstance(picks, Picks):
        picks.check(name)
    there = tuple(picks)
    found = next((one for one in there if one.name.casefold() == name.strip().casefold()), None)
    if found is not None:
        return found
    ranked = sorted(Names(there).like(name), key=lambda pair: pair[0])
    near = ", ".join(quoted(style.name) for _, style in ranked[:_NAMED])
    raise Refused("no_such_style_near" if near else "no_such_style", style=quoted(name, _SHOWN), near=near)


def _pairs(text: str) -> set[str]:
    """Of letters that follow each other, the text's two ends among them."""
    text = f"\n{text}\n"
    return {text[at : at + 2] for at in range(len(text) - 1)}
