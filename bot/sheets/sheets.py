"""Sheets: one prompt and seed painted several times over, in several weights or styles, and shown as one picture."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers import Refused
from bot.jobs import Job, Variant
from bot.preferences import Preferences
from bot.servers.settings import ServerSettings
from bot.sheets.drawing import SIDE, drawn
from bot.styles.picks import Pick
from bot.texts import number, text
from bot.wanted import Wanted, like
from bot.wish import WEIGHT, Wish, without_style
from protocol.errors import InvalidRequest
from protocol.events import Completed
from protocol.paint import PaintRequest
from protocol.parameters import Painted, painted_in
from protocol.sheet import Cell, embed

WEIGHTS = (3, 8)
"""How many may be tried at once."""
STYLES = 6
"""Compared at once, besides none at all."""
_USUAL = 6
"""Pictures of a sheet where nothing is said."""
_DIGITS = 2
_PREVIEW = 1_024
"""Pixels of the longer side."""


def swept(
    wish: Wish,
    likes: Preferences,
    settings: ServerSettings,
    pick: Pick,
    ends: tuple[float | None, float | None],
    count: int | None,
    locale: str,
) -> Wanted:
    """One style from a weight to another, of which `ends` may be None. Raises `InvalidRequest`, `Refused`."""
    low, high = _range(ends, pick)
    cells = _cells(_USUAL, settings) if count is None else count
    weights = [round(low + (high - low) * at / max(1, cells - 1), _DIGITS) for at in range(cells)]
    if len(set(weights)) < cells:
        raise Refused("sweep_narrow", low=low, high=high, count=cells)
    variants = [Variant(f"× {number(locale, weight)}", pick.uses(weight), pick.name, pick.preset) for weight in weights]
    return _sheet(wish, likes, settings, pick.name, variants)


def compared(
    wish: Wish, likes: Preferences, settings: ServerSettings, picks: Sequence[Pick], without: str, *, chosen: bool
) -> Wanted:
    """Without any style first, under that label, then in each; of those that were not `chosen`, as many as the server
    lets be painted at once. Raises `InvalidRequest`, `Refused`."""
    there = tuple(dict.fromkeys(picks)) if chosen else picks[: _cells(STYLES + 1, settings) - 1]
    if not there:
        raise Refused("compare_nothing")
    variants = [Variant(without, ())]
    variants += [Variant(pick.name, pick.uses(), pick.name, pick.preset) for pick in there]
    return _sheet(wish, likes, settings, ", ".join(pick.name for pick in there), variants)


def alone(job: Job, number: int) -> Wanted:
    """The picture of a sheet with that number, from 1, as one of its own. Raises `Refused` where there is none."""
    if not 1 <= number <= len(job.variants):
        raise Refused("gone")
    variant, wanted = job.variants[number - 1], like(job)
    return replace(wanted, request=variant.over(wanted.request), style=variant.style, variants=())


def as_one(job: Job, done: Sequence[Completed]) -> Completed:
    """The sheet of all its pictures, in the order of its variants, with what each was painted with inside."""
    first = done[0]
    records = [_recorded(one) for one in done]
    cells = [Cell(variant.label, one) for variant, one in zip(job.variants, records, strict=True) if one is not None]
    png = _drawn(job, [one.png for one in done], first.seed)
    return replace(
        first,
        png=embed(png, cells) if len(cells) == len(done) else png,
        index=0,
        prompt_used=job.request.prompt,
        cut=max((one.cut for one in done), key=len),
        seconds=max(one.seconds for one in done),
        flagged=any(one.flagged for one in done),
    )


def so_far(job: Job, previews: Mapping[int, bytes]) -> bytes:
    """The sheet with what there is of it, by the numbers of its variants, from 0; a small one, as it is soon over."""
    there = [previews.get(number) for number in range(len(job.variants))]
    return _drawn(job, there, job.request.seed or 0, _PREVIEW)


def as_painted(job: Job, done: Sequence[Completed]) -> PaintRequest:
    """The request with nothing left open any more, as the first picture records it; of a sheet what its pictures have
    in common, so that what their presets say stays open."""
    record = _recorded(done[0]) if done else None
    if record is None:
        return job.request
    names = ["width", "height", "seed"]
    if not any(variant.preset for variant in job.variants):
        names += ["steps", "guidance_scale", "sampler"]
    return replace(job.request, **{name: getattr(record.request, name) for name in names})


def _drawn(job: Job, pictures: Sequence[bytes | None], seed: int, side: int = SIDE) -> bytes:
    seeded = text(job.place.locale, "seed", seed=seed)
    facts = f"{job.style} · {seeded}" if len({one.style for one in job.variants}) == 1 else seeded
    return drawn(pictures, [variant.label for variant in job.variants], job.request.prompt, facts, side)


def _recorded(done: Completed) -> Painted | None:
    """What a picture says of itself; an engine need not record anything."""
    try:
        return painted_in(done.png)
    except InvalidRequest:
        return None


def _sheet(wish: Wish, likes: Preferences, settings: ServerSettings, style: str, variants: Sequence[Variant]) -> Wanted:
    return replace(without_style(wish, likes, settings), style=style, variants=tuple(variants))


def _range(ends: tuple[float | None, float | None], pick: Pick) -> tuple[float, float]:
    """Where an end is not said, it is that of the style's recommended range, or the last a member may ask for where
    that would be no range."""
    low, high = (own if said is None else said for said, own in zip(ends, pick.weight_range, strict=True))
    if low >= high and ends[1] is None:
        high = WEIGHT[1]
    if low >= high and ends[0] is None:
        low = WEIGHT[0]
    return low, high


def _cells(usual: int, settings: ServerSettings) -> int:
    """So many pictures as are usual, or as the server lets be painted at once. Raises `Refused` where that is one."""
    most = min(usual, settings.most_count or math.inf)
    if most < 2:
        raise Refused("cells_above", most=settings.most_count, count=2)
    return int(most)
