"""A whole playground in this process, on a free port, and a test's hold on it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp

from playground.server import serve
from playground.spec import Spec
from playground.state import State
from playground.testing.bot import Bot, running
from playground.testing.client import Client
from playground.testing.person import HasId, Person
from playground.world.demo import Demo, demo

Json = dict[str, Any]
TOKEN = "a-token-of-the-playground"


class Playground:
    """`demo` names the people and places there are; `url` is its address, without a slash at the end."""

    def __init__(self, client: Client, demo: Demo, state: State) -> None:
        self._client = client
        self._people: dict[int, Person] = {}
        self.demo = demo
        self.state = state
        self.url = client.url
        self.token = demo.app.token

    @property
    def api(self) -> str:
        return f"{self.url}/api/v10"

    @property
    def gateway(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/gateway"

    def as_(self, user: HasId) -> Person:
        """The same one for the same person."""
        return self._people.setdefault(user.id, Person(self._client, user.id))

    async def messages(self, channel: HasId, as_: HasId | None = None) -> list[Json]:
        """As the owner sees them, where nobody is named."""
        return await self.as_(as_ or self.demo.owner).messages(channel)

    async def fault(self, kind: str, /, **fields: Any) -> Json:
        return dict(await self._client.post("faults", kind=kind, **fields))

    async def advance(self, seconds: float) -> None:
        await self._client.post("clock", advance=seconds)

    async def log(self, since: int = 0) -> list[Json]:
        """The bot's requests."""
        return list(await self._client.get("log", since=str(since)))

    async def post(self, path: str, /, **body: Any) -> Any:
        """Any request of the control surface, in nobody's name."""
        return await self._client.post(path, **body)

    async def download(self, url: str) -> bytes:
        async with self._client.session.get(url) as response:
            response.raise_for_status()
            return await response.read()

    @asynccontextmanager
    async def bot(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        seconds: float = 20.0,
        commands: bool = True,
    ) -> AsyncIterator[Bot]:
        """Runs it until the end of the block, which begins when it is connected and, unless `commands` is false, its
        commands are registered. It finds PLAYGROUND_API, PLAYGROUND_GATEWAY and PLAYGROUND_TOKEN in its environment,
        and whatever `env` has besides. Raises `BotFailed` with what it wrote."""
        place = {"PLAYGROUND_API": self.api, "PLAYGROUND_GATEWAY": self.gateway, "PLAYGROUND_TOKEN": self.token}
        async with running(command, {**place, **(env or {})}) as bot:
            await bot.ready(self._client, self.demo.app.id, seconds, commands=commands)
            yield bot

    async def close(self) -> None:
        await asyncio.gather(*(person.close() for person in self._people.values()))


@asynccontextmanager
async def started(token: str = TOKEN, bot_name: str = "Bot", spec: Spec | None = None) -> AsyncIterator[Playground]:
    """`spec` judges the bot's requests, where Discord's own document is at hand (`Spec.at_hand`)."""
    async with AsyncExitStack() as stack:
        world = demo(token, bot_name)
        state = State(world.world, spec)
        url = await stack.enter_async_context(serve(state))
        # Without an end to the number of connections: a test may have hundreds of people.
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        running = Playground(Client(session, url), world, state)
        stack.push_async_callback(running.close)
        yield running
