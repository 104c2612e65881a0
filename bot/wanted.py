"""What somebody wants painted, before it is a job: from a command, or from another job's picture."""

from dataclasses import dataclass, replace
from typing import Any, Self

from bot.answers import Refused
from bot.jobs import Job, Picture, Variant
from bot.store.pictures import INIT
from protocol.paint import PaintRequest
from protocol.upscale import FACTOR, STRENGTH

_OWN = (
    *("style", "aspect", "strength", "init_url", "init_from", "private", "nsfw", "spoiler", "note", "parent"),
    "variants",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`request` has neither init image nor strength; without a seed, one is drawn."""

    request: PaintRequest
    style: str = ""
    """The names it is asked for by, as a member reads them."""
    aspect: str = ""
    strength: float | None = None
    init_url: str = ""
    """Of an attachment to paint over."""
    init_from: tuple[str, int] | None = None
    """A kept picture to paint over: its job, and its number."""
    private: bool = False
    nsfw: bool = False
    """It comes from an age-restricted channel."""
    spoiler: bool = False
    note: str = ""
    parent: str = ""
    variants: tuple[Variant, ...] = ()
    """Of a sheet: what differs among its pictures."""

    @property
    def amount(self) -> int:
        """How many pictures are painted."""
        return len(self.variants) or self.request.count

    @property
    def requests(self) -> tuple[PaintRequest, ...]:
        """What the engine is asked for: of a sheet, one for each of its pictures."""
        return tuple(one.over(self.request) for one in self.variants) or (self.request,)

    @property
    def hashes(self) -> frozenset[str]:
        """Of all adapters that it is painted with."""
        uses = [*self.request.adapters, *(use for variant in self.variants for use in variant.adapters)]
        return frozenset(use.sha256 for use in uses)

    def changed(self, **fields: Any) -> Self:
        """With other fields, its own or those of the request. Raises `InvalidRequest`."""
        own = {name: value for name, value in fields.items() if name in _OWN}
        rest = {name: value for name, value in fields.items() if name not in _OWN}
        return replace(self, request=replace(self.request, **rest), **own)


def like(job: Job) -> Wanted:
    """The same picture once more, on whichever base is loaded now."""
    return Wanted(
        request=replace(job.request, base=""),
        style=job.style,
        aspect=job.aspect,
        strength=job.strength,
        init_from=None if job.strength is None else (job.id, INIT),
        private=job.place.private,
        nsfw=job.place.nsfw,
        spoiler=job.spoiler,
        parent=job.id,
        variants=job.variants,
    )


def over(job: Job, number: int, strength: float) -> Wanted:
    """One picture of the size of this one, painted over it. Raises `Refused` for a sheet, which is no one picture."""
    _check_no_sheet(job)
    return like(job).changed(init_from=(job.id, number), strength=strength, count=1, seed=None)


def larger(job: Job, number: int, most_pixels: int | None) -> Wanted:
    """This one, painted over itself at twice its size. Raises `Refused` where that is too large for the base, and as
    `over`."""
    _check_no_sheet(job)
    request, picture = job.request, picture_of(job, number)
    if request.width is None or request.height is None:
        raise Refused("picture_lost")
    width, height = FACTOR * request.width, FACTOR * request.height
    if most_pixels is not None and width * height > most_pixels:
        raise Refused("too_large_here", width=width, height=height)
    return over(job, number, STRENGTH).changed(width=width, height=height, seed=picture.seed)


def picture_of(job: Job, number: int) -> Picture:
    """Raises `Refused`."""
    found = next((picture for picture in job.pictures if picture.number == number), None)
    if found is None:
        raise Refused("picture_lost")
    return found


def _check_no_sheet(job: Job) -> None:
    """Raises `Refused`."""
    if job.variants:
        raise Refused("sheet_not_one")
