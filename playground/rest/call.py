"""A call of a route: all that a handler needs, read and judged before it is called."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.errors import unauthorized
from playground.world.apps import Application
from playground.world.world import World

if TYPE_CHECKING:
    from playground.state import State


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request: `files[index]`."""

    index: int
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    state: "State"
    params: dict[str, int | str]
    """From the path: ids as numbers, anything else as text."""
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: tuple[Upload, ...] = ()
    bot: Application | None = None
    """Whose token was sent; None for routes that go without one."""
    reason: str = ""
    """For the audit log."""

    @property
    def world(self) -> World:
        return self.state.world

    @property
    def app(self) -> Application:
        """The bot that calls. Raises `DiscordError` where there is none."""
        if self.bot is None:
            raise unauthorized()
        return self.bot

    def id(self, name: str) -> int:
        """A number from the path."""
        return int(self.params[name])


Handler = Callable[[Call], Awaitable[Any]]
"""Gives the JSON of the answer (status 200), None (204), or a pair of status and JSON. Raises `DiscordError`."""


class Route(NamedTuple):
    method: str
    template: str
    """As Discord's document writes it."""
    handler: Handler
    needs_token: bool = True
