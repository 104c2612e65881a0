"""What a member can pick by name in one place: its styles, and the blends they may use there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.styles import Catalogue, Style
from bot.answers import Refused
from bot.quoting import quoted
from protocol.paint import AdapterUse


class Pick(Protocol):
    """A style or a blend: what `/paint` takes for `style`."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def trigger(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def weight_range(self) -> tuple[float, float]: ...
    @property
    def preset(self) -> str: ...
    @property
    def adult(self) -> bool: ...

    def uses(self, weight: float | None = None) -> tuple[AdapterUse, ...]:
        """Its part in a request, at its recommended weight unless another is given. Raises `InvalidRequest`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Several styles under a name, each with its weight; with another weight, all of them are so much stronger."""

    id: str
    user_id: int
    """Whose it is."""
    name: str
    parts: tuple[tuple[Style, float], ...]
    title: str = ""
    shared: bool = False
    """With everybody in its server."""

    @property
    def weight(self) -> float:
        return 1.0

    @property
    def weight_range(self) -> tuple[float, float]:
        return (0.0, 1.5)

    @property
    def trigger(self) -> str:
        return ", ".join(style.trigger for style, _ in self.parts if style.trigger)

    @property
    def preset(self) -> str:
        return next((style.preset for style, _ in self.parts if style.preset), "")

    @property
    def adult(self) -> bool:
        return any(style.adult for style, _ in self.parts)

    def uses(self, weight: float | None = None) -> tuple[AdapterUse, ...]:
        times = 1.0 if weight is None else weight
        return tuple(style.use(times * own) for style, own in self.parts)


@dataclass(frozen=True, slots=True)
class Broken:
    """A blend that cannot be painted in one place, as a style of it is not there; `switched_off` where it was."""

    name: str
    style: str
    switched_off: bool


class Picks:
    """In the order in which they are found by name: the member's own blends, the server's, which have no style's name,
    then styles."""

    def __init__(self, catalogue: Catalogue, blends: Sequence[Blend] = (), broken: Sequence[Broken] = ()) -> None:
        self.catalogue = catalogue
        self.blends = tuple(blends)
        self.broken = tuple(broken)

    def __iter__(self) -> Iterator[Pick]:
        yield from self.blends
        yield from self.catalogue

    def check(self, name: str) -> None:
        """Raises `Refused` for the name of a blend that cannot be painted here."""
        wanted = name.strip().casefold()
        for one in self.broken:
            if one.name.casefold() == wanted:
                key = "blend_switched_off" if one.switched_off else "blend_part_gone"
                raise Refused(key, blend=quoted(one.name), style=quoted(one.style))

    def with_hash(self, sha256: str) -> Style | None:
        """The style whose adapter has this hash, if one has."""
        return self.catalogue.with_hash(sha256)
