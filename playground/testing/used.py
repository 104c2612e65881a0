"""What became of one interaction: acknowledged or failed, its messages, its form."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.testing.person import Person

Json = dict[str, Any]
LOADING = 1 << 7
Where = Callable[[Json], bool]


class NotAnswered(Exception):
    """The bot did not acknowledge the interaction in time."""


class Used:
    """`since` is how many events its person had seen before it."""

    def __init__(self, person: "Person", interaction: str, nonce: str, since: int, source: str | None = None) -> None:
        self._person = person
        self.id = interaction
        self.nonce = nonce
        self._since = since
        self._source = source

    async def acknowledged(self, seconds: float = 5.0) -> None:
        """Raises `NotAnswered`."""
        data = await self._event("INTERACTION", lambda data: data["state"] != "sent" and self._mine(data), seconds)
        if data["state"] == "failed":
            raise NotAnswered("The application did not respond.")

    async def failed(self, seconds: float = 5.0) -> None:
        """Waits until "The application did not respond". Raises `AssertionError` where it did."""
        data = await self._event("INTERACTION", lambda data: data["state"] != "sent" and self._mine(data), seconds)
        assert data["state"] == "failed", "the interaction was acknowledged"

    async def message(self, where: Where | None = None, seconds: float = 15.0) -> Json:
        """The newest form of a message sent in its name, as soon as one is no longer "thinking" and fits `where`."""

        def fits(data: Json) -> bool:
            if (data.get("interaction_metadata") or {}).get("id") != self.id or data["flags"] & LOADING:
                return False
            return where is None or where(data)

        return await self._event(("MESSAGE_CREATE", "MESSAGE_UPDATE"), fits, seconds)

    async def thinking(self, seconds: float = 15.0) -> Json:
        """The message that says so."""

        def fits(data: Json) -> bool:
            return (data.get("interaction_metadata") or {}).get("id") == self.id and bool(data["flags"] & LOADING)

        return await self._event("MESSAGE_CREATE", fits, seconds)

    async def update(self, where: Where | None = None, seconds: float = 15.0) -> Json:
        """The message whose button or select was used, once it has changed."""

        def fits(data: Json) -> bool:
            return data["id"] == self._source and (where is None or where(data))

        return await self._event("MESSAGE_UPDATE", fits, seconds)

    async def form(self, seconds: float = 15.0) -> Json:
        """The modal it brought."""
        return await self._event("MODAL", self._mine, seconds)

    def _mine(self, data: Json) -> bool:
        return bool(data["interaction"] == self.id)

    async def _event(self, names: str | tuple[str, ...], fits: Where, seconds: float) -> Json:
        return await self._person.event(names, fits, since=self._since, seconds=seconds)
