"""A request of the control surface: read, carried out for whoever acts, and refused with a sentence."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from playground.control.uploads import Uploads
from playground.errors import DiscordError
from playground.interactions.errors import MayNot, NotThere, Refused
from playground.interactions.person import Person
from playground.state import State
from playground.world.messages import Message
from playground.world.people import User
from playground.world.places import Channel

MOST_BYTES = 100 * 2**20
"""Of one upload."""
LARGEST = 1e12
Tables = list[dict[str, Any]]


class Ask:
    """What was asked for, in the body and the query alike. Each reading raises `Refused`."""

    def __init__(self, state: State, uploads: Uploads, given: dict[str, Any], data: bytes = b"") -> None:
        self.state = state
        self.world = state.world
        self.uploads = uploads
        self.given = given
        self.data = data
        """The body, where it is a file."""

    def id(self, name: str) -> int:
        found = str(self.given.get(name) or "")
        if not (found.isascii() and found.isdigit() and len(found) < 20):
            raise Refused(f"{name} is missing, or is not an id.")
        return int(found)

    def text(self, name: str, default: str = "") -> str:
        found = self.given.get(name)
        if found is not None and not isinstance(found, str):
            raise Refused(f"{name} is a text.")
        return found or default

    def number(self, name: str, default: float) -> float:
        try:
            found = float(self.given.get(name) or default)
        except (TypeError, ValueError):
            raise Refused(f"{name} is a number.") from None
        if not abs(found) < LARGEST:
            raise Refused(f"{name} is too large.")
        return found

    def list(self, name: str) -> list[Any]:
        found = self.given.get(name) or []
        if not isinstance(found, list):
            raise Refused(f"{name} is a list.")
        return found

    def ids(self, name: str) -> set[int]:
        found = [str(one) for one in self.list(name)]
        if not all(one.isascii() and one.isdigit() for one in found):
            raise Refused(f"{name} is a list of ids.")
        return {int(one) for one in found}

    def tables(self, name: str) -> Tables:
        found = self.list(name)
        if not all(isinstance(one, dict) for one in found):
            raise Refused(f"{name} is a list of objects.")
        return found

    def table(self, name: str) -> dict[str, Any]:
        found = self.given.get(name) or {}
        if not isinstance(found, dict):
            raise Refused(f"{name} is an object.")
        return found

    def flag(self, name: str) -> bool:
        found = self.given.get(name)
        if not isinstance(found, bool):
            raise Refused(f"{name} is true or false.")
        return found

    @property
    def person(self) -> Person:
        """Who acts: `as`; the first person there is where nobody is named."""
        if self.given.get("as") in (None, ""):
            return Person(self.world, next(user for user in self.world.users.values() if not user.bot))
        return Person(self.world, self.user("as"))

    def user(self, name: str) -> User:
        """A person; no bot acts here."""
        user = self.world.user(self.id(name))
        if user.bot and name == "as":
            raise MayNot("Bots act over their own API.")
        return user

    def channel(self) -> Channel:
        """That the person sees."""
        channel = self.world.channel(self.id("channel"))
        if not self.person.sees(channel):
            raise MayNot(f"{self.person.user.shown} does not see that channel.")
        return channel

    def message(self) -> Message:
        """That the person sees."""
        return self.person.message(self.channel(), self.id("message"))


Handler = Callable[[Ask], Awaitable[Any]]
"""Gives the JSON of the answer, or None (204). Raises `Refused` or `DiscordError`."""


class Surface:
    """Puts handlers on an application."""

    def __init__(self, app: web.Application, state: State) -> None:
        self._app = app
        self._state = state
        self._uploads = Uploads(state.world)

    def add(self, method: str, name: str, handler: Handler) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                found = await handler(await self._read(request))
            except Refused as refused:
                return _refusal(refused.status, refused.sentence)
            except DiscordError as error:
                status = error.status if error.status in (400, 403, 404) else 400
                wrong = "; ".join(sentence for _, sentence in error.errors.values())
                return _refusal(status, f"{error.message}: {wrong}" if wrong else error.message)
            return web.Response(status=204) if found is None else web.json_response(found)

        self._app.router.add_route(method, f"/control/{name}", answer)

    async def _read(self, request: web.Request) -> Ask:
        given: dict[str, Any] = dict(request.query)
        if request.path == "/control/upload":
            return Ask(self._state, self._uploads, given, await _bytes(request))
        if request.method == "POST" and request.can_read_body:
            try:
                body = await request.json(loads=json.loads)
            except ValueError:
                raise Refused("The body is not JSON.") from None
            if not isinstance(body, dict):
                raise Refused("The body is a JSON object.")
            given |= body
        return Ask(self._state, self._uploads, given)


async def _bytes(request: web.Request) -> bytes:
    """All of the body. Raises `Refused` for more than any server takes."""
    found = bytearray()
    async for part in request.content.iter_chunked(2**18):
        found += part
        if len(found) > MOST_BYTES:
            raise Refused("That file is larger than any that Discord takes.")
    return bytes(found)


def _refusal(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def nothing_there(what: str) -> NotThere:
    return NotThere(f"There is no such {what}.")
