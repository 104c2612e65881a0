"""A bot's session: what it asked to hear, and what it was told, kept for when it comes back after a lost connection."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from playground.gateway.opcodes import DISPATCH
from playground.world.apps import Application

KEPT = 1000
"""Events that can be told again."""


class Link(Protocol):
    """A connection, as its session sees it."""

    def send(self, payload: dict[str, Any]) -> None: ...

    def cut(self) -> None:
        """As if the cable were pulled."""

    def release(self) -> None:
        """The session is not its own any more: it may identify or resume anew."""


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    app: Application
    intents: int
    shard: tuple[int, int] = (0, 1)
    large: int = 50
    """A server with more members than that is told without them."""
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    link: Link | None = None
    """None while there is no connection."""
    left_at: float = 0.0
    """When its connection ended."""
    presence: dict[str, Any] = field(default_factory=dict)
    sequence: int = 0
    _told: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def dispatch(self, name: str, data: Any) -> None:
        """Tells of an event now, or once the bot is back."""
        self.sequence += 1
        payload = {"op": DISPATCH, "t": name, "s": self.sequence, "d": data}
        self._told.append(payload)
        if self.link is not None:
            self.link.send(payload)

    def missed(self, since: int) -> list[dict[str, Any]] | None:
        """What came after a sequence number; None where not all of it was kept."""
        if self.sequence - since > len(self._told):
            return None
        return [payload for payload in self._told if payload["s"] > since]
