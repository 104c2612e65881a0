"""A job: a paint request, who asked for it, and where the answer goes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from protocol.paint import AdapterUse, PaintRequest
from protocol.presets import PRESETS

TOKEN_SECONDS = 14 * 60.0
"""For which an interaction's token is used; it lives a minute longer."""
UPLOAD_BYTES = 10 * 2**20
"""Of one file, where Discord does not say."""
NOTE_CHARACTERS = 300


class State(StrEnum):
    ASKED = "asked"
    """Kept, and perhaps not acknowledged yet."""
    WAITING = "waiting"
    PAINTING = "painting"
    PAINTED = "painted"
    """The pictures are kept, and on their way."""
    HELD = "held"
    """The pictures are kept, and nobody sees them before a moderator has looked at them."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    """It was done, and its picture taken away."""

    @property
    def is_over(self) -> bool:
        """Nothing is left to paint."""
        return self not in (State.ASKED, State.WAITING, State.PAINTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the answer goes: ids of Discord's, and the token of the interaction while it is good."""

    channel_id: int
    guild_id: int | None
    interaction_id: int
    token: str
    token_until: float
    """In Unix seconds."""
    message_id: int | None = None
    """Of the acknowledgement, which becomes the picture."""
    by_bot: bool = True
    """Whether the bot's own token may edit the message: not where it was added by a member alone."""
    private: bool = False
    """Only the one who asked sees the message."""
    nsfw: bool = False
    """The channel is age-restricted."""
    upload_bytes: int = UPLOAD_BYTES
    locale: str = "en"

    @property
    def lasts(self) -> bool:
        """Whether the message can be edited once the interaction's token is dead."""
        return self.by_bot and not self.private


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One that was painted; its file is kept for a while. `bytes` of 0: not any more."""

    number: int
    """From 1."""
    seed: int
    prompt_used: str
    cut: str = ""
    bytes: int = 0
    seconds: float = 0.0
    """From its first step; 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One picture of a sheet: the adapters it is painted with in place of the request's, and what stands under it."""

    label: str
    adapters: tuple[AdapterUse, ...]
    style: str = ""
    """The name of what it is painted in, as a job has it."""
    preset: str = ""
    """What it is painted with where the request leaves that open."""

    def over(self, request: PaintRequest) -> PaintRequest:
        """What is painted for it in a sheet of that request."""
        return replace(opened(request, self.preset), adapters=self.adapters)

    def to_json(self) -> dict[str, Any]:
        named = {"label": self.label, "style": self.style, "preset": self.preset}
        return named | {"adapters": [use.to_json() for use in self.adapters]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        uses = tuple(AdapterUse.from_json(use) for use in data["adapters"])
        return cls(data["label"], uses, data["style"], data["preset"])


def opened(request: PaintRequest, preset: str) -> PaintRequest:
    """With what a preset recommends, by its name, wherever the request leaves it open; the same for none."""
    fields = PRESETS[preset].fields() if preset in PRESETS else {}
    return replace(request, **{name: value for name, value in fields.items() if getattr(request, name) is None})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`request` has neither init image nor strength: the image's file is kept as picture 0, `strength` beside it."""

    id: str
    user_id: int
    request: PaintRequest
    style: str
    """The name it was asked for by; empty for none."""
    place: Place
    created_at: float
    """In Unix seconds."""
    aspect: str = ""
    """Width to height, where the request leaves the size to the base."""
    strength: float | None = None
    """How far to leave the init image; None for painting from nothing."""
    init_url: str = ""
    """Where to fetch the init image, while it is not kept."""
    spoiler: bool = False
    preview: bool = True
    weight: float = 1.0
    """Of whoever asked, within their server."""
    note: str = ""
    """What makes it another than the one it came from, for those who see it: `NOTE_CHARACTERS` at most."""
    parent: str = ""
    """The job it came from."""
    state: State = State.WAITING
    crashes: int = 0
    """Of the engine, while this was painted alone."""
    suspect: bool = False
    """The engine crashed while this and others were painted: it is painted alone next."""
    why: str = ""
    """What it failed with."""
    pictures: tuple[Picture, ...] = ()
    variants: tuple[Variant, ...] = ()
    """Of a sheet: its one picture shows all of them, painted with the same seed."""

    @property
    def amount(self) -> int:
        """How many pictures are painted for it."""
        return len(self.variants) or self.request.count

    @property
    def requests(self) -> tuple[PaintRequest, ...]:
        """What the engine is asked for: of a sheet, one for each of its pictures."""
        return tuple(one.over(self.request) for one in self.variants) or (self.request,)

    @property
    def cost(self) -> float:
        """Steps times megapixels times pictures; what is left open counts as usual."""
        pixels = (self.request.width or 512) * (self.request.height or 512)
        return sum((one.steps or 25) * one.count for one in self.requests) * pixels / 2**20

    @property
    def server(self) -> str:
        """Whom it counts for first: a server, or the member alone in direct messages."""
        return f"member {self.user_id}" if self.place.guild_id is None else f"guild {self.place.guild_id}"


def new_id() -> str:
    """Short enough for a button's custom_id, and not to be guessed."""
    return secrets.token_hex(8)
