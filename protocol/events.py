"""What the engine says while it paints, in the order it happens: queued, progress and previews, then one completed
picture per seed, or one failure.

In Python a picture is the bytes of its PNG file; base64 exists in the JSON form only. That form keeps OpenAI's names
where OpenAI has one. Keys it does not know are passed over, so that an older bot understands a newer engine.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from protocol import checks, limits
from protocol.encoding import picture_from_json, picture_to_json, size_to_json
from protocol.errors import BadAnswer, InvalidRequest, StyleSealError, error_from_json

_ANY = (0, 2**63 - 1)
_PNG_BYTES = 64 * 2**20
_FIXED = {"background": "opaque", "output_format": "png", "quality": "auto"}
"""Keys OpenAI's clients expect beside every picture."""


def _now() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Queued:
    """`place` is the number of requests that go first."""

    type: ClassVar[str] = "image_generation.queued"
    place: int

    def __post_init__(self) -> None:
        checks.whole("place", self.place, _ANY)

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "place": self.place}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(data["place"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`step` of `steps` is done for the picture `index` (from 0)."""

    type: ClassVar[str] = "image_generation.progress"
    index: int
    step: int
    steps: int

    def __post_init__(self) -> None:
        checks.whole("index", self.index, _ANY)
        checks.whole("steps", self.steps, limits.STEPS)
        checks.whole("step", self.step, (0, self.steps))

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "index": self.index, "step": self.step, "steps": self.steps}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(index=data["index"], step=data["step"], steps=data["steps"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialImage:
    """A preview, the `partial_image_index`-th (from 0) of the picture `index`, as it stands after `step` steps."""

    type: ClassVar[str] = "image_generation.partial_image"
    png: bytes
    index: int
    step: int
    partial_image_index: int
    created_at: int = field(default_factory=_now)
    """Unix time in seconds."""

    def __post_init__(self) -> None:
        checks.png_size("png", self.png)
        for name in ("index", "step", "partial_image_index", "created_at"):
            checks.whole(name, getattr(self, name), _ANY)

    def to_json(self) -> dict[str, Any]:
        own = {"index": self.index, "step": self.step, "partial_image_index": self.partial_image_index}
        return {"type": self.type} | own | _picture_to_json(self.png, self.created_at)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        names = ("index", "step", "partial_image_index", "created_at")
        return cls(png=_picture_from_json(data), **{name: data[name] for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The picture `index` (from 0), painted with `seed` in `lane` within `seconds` of the first step.

    `prompt_used` is the prompt with its triggers; `cut` its end that the text encoder did not read, usually nothing.
    """

    type: ClassVar[str] = "image_generation.completed"
    png: bytes
    index: int
    seed: int
    prompt_used: str
    cut: str
    lane: str
    seconds: float
    created_at: int = field(default_factory=_now)
    """Unix time in seconds."""
    latents: bytes = b""
    """The final ones, where they were asked for: fp32 numbers, the lowest byte first."""
    flagged: bool | None = None
    """Whether it should be held back until somebody has looked at it; None where no screen has."""

    def __post_init__(self) -> None:
        checks.png_size("png", self.png)
        checks.whole("index", self.index, _ANY)
        checks.whole("created_at", self.created_at, _ANY)
        if len(self.latents) % 4:
            raise checks.refuse("latents", "numbers of four bytes each", self.latents)
        checks.whole("seed", self.seed, limits.SEED)
        # The triggers come on top of what the member may write.
        longest = limits.PROMPT_CHARACTERS + limits.ADAPTERS * (limits.TRIGGER_CHARACTERS + 100)
        checks.text("prompt_used", self.prompt_used, longest, blank=True)
        checks.text("cut", self.cut, longest, blank=True)
        checks.text("lane", self.lane, 40, blank=False, lines=False)
        if self.flagged is not None:
            checks.flag("flagged", self.flagged)
        object.__setattr__(self, "seconds", checks.real("seconds", self.seconds, (0.0, 1e9)))

    def to_json(self) -> dict[str, Any]:
        names = ("index", "seed", "prompt_used", "cut", "lane", "seconds")
        own = {name: getattr(self, name) for name in names}
        own |= {"latents": picture_to_json(self.latents)} if self.latents else {}
        own |= {} if self.flagged is None else {"flagged": self.flagged}
        return {"type": self.type} | own | _picture_to_json(self.png, self.created_at)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        names = ("index", "seed", "prompt_used", "cut", "lane", "seconds", "created_at")
        latents = picture_from_json("latents", data.get("latents", ""), _PNG_BYTES)
        own = {name: data[name] for name in names}
        return cls(png=_picture_from_json(data), latents=latents, flagged=data.get("flagged"), **own)


@dataclass(frozen=True, slots=True)
class Failed:
    """The end of a request that has no picture; `error` says why and is what a caller raises."""

    type: ClassVar[str] = "error"
    error: StyleSealError

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type} | self.error.to_json()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(error_from_json(data))


Event = Queued | Progress | PartialImage | Completed | Failed

_READERS: dict[str, Callable[[dict[str, Any]], Event]] = {
    Queued.type: Queued.from_json,
    Progress.type: Progress.from_json,
    PartialImage.type: PartialImage.from_json,
    Completed.type: Completed.from_json,
    Failed.type: Failed.from_json,
}


def event_from_json(data: object) -> Event | None:
    """The event, or None for a type that only a newer engine knows. Raises `BadAnswer` where it cannot be read."""
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise BadAnswer("The engine sent an event without a type.")
    if (read := _READERS.get(data["type"])) is None:
        return None
    try:
        return read(data)
    except KeyError as missing:
        raise BadAnswer(f"The engine sent {data['type']} without {missing}.") from missing
    except InvalidRequest as wrong:
        raise BadAnswer(f"The engine sent {data['type']} with a wrong value: {wrong.sentence}") from wrong


def _picture_to_json(png: bytes, created_at: int) -> dict[str, Any]:
    size = size_to_json(*checks.png_size("png", png))
    return {"b64_json": picture_to_json(png), "size": size, "created_at": created_at} | _FIXED


def _picture_from_json(data: dict[str, Any]) -> bytes:
    return picture_from_json("b64_json", data["b64_json"], _PNG_BYTES)
