"""The calls to Discord that must arrive: acknowledging, editing, sending. Knows nothing of jobs.

They are made here rather than with discord.py's objects, since they are made anew after a restart, when no object is
left of the interaction. Whatever goes wrong is an error of `bot.refusals`.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
import discord
from aiolimiter import AsyncLimiter
from discord.http import MultipartParameters, Route
from discord.webhook.async_ import async_context

from bot.form import Form, Json
from bot.refusals import Answered, tried

CALLS_A_SECOND = 40
"""Of the 50 that Discord allows; the others are discord.py's own."""
_MESSAGE, _LATER_UPDATE = 4, 6
_EPHEMERAL = 1 << 6
_HISTORY = 100


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes
    spoiler: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int
    private: bool


class Post:
    """Used as `async with Post(client) as post`, once the client is logged in."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._budget = AsyncLimiter(CALLS_A_SECOND, 1.0)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def has_room(self) -> bool:
        """Whether calls are left for what may also be left out."""
        return self._budget.has_capacity(CALLS_A_SECOND / 2)

    async def acknowledge(self, interaction_id: int, token: str, form: Form, *, private: bool = False) -> Sent | None:
        """A message as the first answer; None where it had been acknowledged before. Raises `Late`, `Away`."""
        data = form.payload()
        data["flags"] |= _EPHEMERAL if private else 0
        return await self._callback(interaction_id, token, {"type": _MESSAGE, "data": data})

    async def take_over(self, interaction_id: int, token: str) -> None:
        """Acknowledges a click whose message will be edited with this token."""
        await self._callback(interaction_id, token, {"type": _LATER_UPDATE})

    async def original(self, token: str) -> Sent:
        """The message that an interaction was answered with."""
        route = self._webhook("GET", token, "@original")
        return _sent(await self._by_token(route))

    async def edit_by_token(self, token: str, message_id: int | None, form: Form, uploads: Sequence[Upload]) -> Sent:
        """`message_id` of None is the original one."""
        route = self._webhook("PATCH", token, message_id or "@original")
        params = _parameters(form.payload(), form, uploads)
        async with self._budget:
            return _sent(await self._by_token(route, params))

    async def edit_by_bot(self, channel_id: int, message_id: int, form: Form, uploads: Sequence[Upload]) -> None:
        async with self._budget:
            await tried(
                lambda: self._client.http.edit_message(
                    channel_id, message_id, params=_parameters(form.payload(), form, uploads)
                )
            )

    async def send(
        self,
        channel_id: int,
        form: Form,
        uploads: Sequence[Upload] = (),
        *,
        nonce: str,
        reply_to: int | None = None,
    ) -> int:
        """The new message's id. Sent again within minutes with the same nonce, it is still one message."""
        data = form.payload() | {"nonce": nonce[:25], "enforce_nonce": True}
        if reply_to is not None:
            data["message_reference"] = {"message_id": str(reply_to), "fail_if_not_exists": False}
        async with self._budget:
            sent: Any = await tried(
                lambda: self._client.http.send_message(channel_id, params=_parameters(data, form, uploads))
            )
        return int(sent["id"])

    async def direct(self, user_id: int) -> int:
        """The channel of direct messages with that member."""
        channel: Any = await tried(lambda: self._client.http.start_private_message(user_id))
        return int(channel["id"])

    async def find(self, channel_id: int, words: str) -> int | None:
        """The bot's own message, among the latest of a channel, that has `words` in a custom_id. Raises `NotAllowed`
        where the history cannot be read."""
        found: Any = await tried(lambda: self._client.http.logs_from(channel_id, _HISTORY))
        own = self._client.application_id
        for message in found:
            mine = message["author"]["id"] == str(getattr(self._client.user, "id", own))
            if mine and words in str(message.get("components")):
                return int(message["id"])
        return None

    def _webhook(self, method: str, token: str, message: int | str) -> Route:
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
        return Route(method, path, webhook_id=self._application, webhook_token=token, message_id=message)

    @property
    def _application(self) -> int:
        assert self._client.application_id is not None, "it is logged in"
        return self._client.application_id

    async def _callback(self, interaction_id: int, token: str, body: Json) -> Sent | None:
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        route = Route("POST", path, webhook_id=interaction_id, webhook_token=token)
        try:
            told: Any = await self._by_token(route, MultipartParameters(body, None, None), with_response="1")
        except Answered:  # by this very call, whose answer was lost
            return None
        message = (told or {}).get("resource", {}).get("message")
        return None if message is None else _sent(message)

    async def _by_token(self, route: Route, params: MultipartParameters | None = None, **query: str) -> Any:
        session = self._session
        if session is None:
            raise RuntimeError("a Post is used inside its async with")
        adapter = async_context.get()
        body: dict[str, Any] = {} if params is None else params._asdict()
        return await tried(lambda: adapter.request(route, session=session, params=query or None, **body))


def _parameters(data: Json, form: Form, uploads: Sequence[Upload]) -> MultipartParameters:
    """The body of a request, and its files. `form.files` of None leaves those there are."""
    if form.files is None:
        return MultipartParameters(data, None, None)
    files = [
        discord.File(io.BytesIO(one.data), one.name, spoiler=one.spoiler, description=one.description or None)
        for one in uploads
    ]
    data = data | {"attachments": [file.to_dict(index) for index, file in enumerate(files)]}
    if not files:
        return MultipartParameters(data, None, None)
    form_data: list[Json] = [{"name": "payload_json", "value": json.dumps(data)}]
    form_data += [
        {
            "name": f"files[{index}]",
            "value": file.fp,
            "filename": file.filename,
            "content_type": "application/octet-stream",
        }
        for index, file in enumerate(files)
    ]
    return MultipartParameters(None, form_data, files)


def _sent(message: Json) -> Sent:
    return Sent(int(message["id"]), bool(int(message.get("flags", 0)) & _EPHEMERAL))
