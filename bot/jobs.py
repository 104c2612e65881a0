"""A job: a paint request, who asked for it, and where the answer goes."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from protocol.paint import PaintRequest

TOKEN_SECONDS = 14 * 60.0
"""For which an interaction's token is used; it lives a minute longer."""


class State(StrEnum):
    WAITING = "waiting"
    PAINTING = "painting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the answer goes: ids of Discord's, and the token of the interaction while it is good."""

    channel_id: int
    guild_id: int | None
    token: str
    token_until: float
    """In Unix seconds."""
    message_id: int | None = None
    """Of the acknowledgement, which becomes the picture."""
    locale: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    user_id: int
    request: PaintRequest
    style: str
    """The name it was asked for by; empty for none."""
    place: Place
    created_at: float
    """In Unix seconds."""
    state: State = State.WAITING
    crashes: int = 0
    """Of the engine, while this was painted."""
    why: str = ""
    """What it failed with."""

    @property
    def cost(self) -> float:
        """Steps times megapixels times pictures; what is left open counts as usual."""
        request = self.request
        pixels = (request.width or 512) * (request.height or 512)
        return (request.steps or 25) * request.count * pixels / 2**20

    @property
    def server(self) -> str:
        """Whom it counts for first: a server, or the member alone in direct messages."""
        return f"member {self.user_id}" if self.place.guild_id is None else f"guild {self.place.guild_id}"


def new_id() -> str:
    """Short enough for a button's custom_id, and not to be guessed."""
    return secrets.token_hex(8)
