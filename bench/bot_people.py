"""Many people at a bot: the playground, the bot and its engine are processes of their own; people act from this one."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

from bench.bot_heard import Heard, Json
from playground.testing.bot import Bot, running
from playground.testing.client import Client

ROOT = Path(__file__).parents[1]
SERVERS = 6
STARTS = 60.0
"""Seconds that a bot and its engine may take."""
_LOOKS = 0.02
_SETTLES = 0.1
"""Seconds after a report in which the bot's loop is not looked at."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    channel: str


class Scene:
    """A playground, a bot in it, and what the playground hears."""

    def __init__(self, client: Client, places: Json, heard: Heard, bot: Bot, report: Path) -> None:
        self._client = client
        self._places = places
        self._report = report
        self._command = ""
        self.heard = heard
        self.bot = bot

    async def members(self, count: int) -> list[Member]:
        """New ones, over all servers in turn."""
        places = list(self._places["places"].items())
        return [await self._join(number, *places[number % len(places)]) for number in range(count)]

    async def paint(self, member: Member, **options: Any) -> str:
        """The interaction's id."""
        given = [{"name": name, "value": value} for name, value in {"prompt": "a cat", **options}.items()]
        return str((await self._client.post("run", **self._where(member), options=given))["interaction"])

    async def complete(self, member: Member, typed: str) -> str:
        """A style's name; the interaction's id."""
        option = {"name": "style", "value": typed, "focused": True}
        return str((await self._client.post("complete", **self._where(member), options=[option]))["interaction"])

    async def report(self) -> Json:
        """Of the bot's own instruments, since the last one."""
        self._report.unlink(missing_ok=True)
        os.kill(self.bot.pid, signal.SIGUSR1)
        for _ in range(1_000):
            await asyncio.sleep(_LOOKS)
            if self._report.exists():
                await asyncio.sleep(_SETTLES)
                return dict(json.loads(self._report.read_text()))
        raise TimeoutError(f"The bot says nothing of itself; it wrote:\n{self.bot.written()}")

    def bring_engine(self) -> None:
        """One that was told to be away."""
        os.kill(self.bot.pid, signal.SIGUSR2)

    async def know(self) -> Self:
        """Finds out the command's id."""
        place = next(iter(self._places["places"].values()))
        found = await self._client.get("commands", **{"as": self._places["owner"], "channel": place})
        self._command = next(one["id"] for one in found if one["name"] == "paint")
        return self

    async def _join(self, number: int, guild: str, channel: str) -> Member:
        made = await self._client.post("user", name=f"member{number}")
        await self._client.post("member", guild=guild, user=made["id"])
        return Member(made["id"], channel)

    def _where(self, member: Member) -> Json:
        return {"as": member.id, "channel": member.channel, "command": self._command}


@asynccontextmanager
async def scene(data: Path, engine: str, styles: Path, **told: Any) -> AsyncIterator[Scene]:
    """`data` is the bot's folder; `engine` and whatever else is told are as in `bench.bot_process`."""
    async with contextlib.AsyncExitStack() as stack:
        places = await stack.enter_async_context(_discord())
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        client = Client(session, places["url"])
        address = f"{places['url']}/control/stream?as={places['owner']}"
        socket = await stack.enter_async_context(session.ws_connect(address, max_msg_size=0))
        heard = Heard()
        stack.callback(asyncio.create_task(heard.read(socket)).cancel)
        report = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "report.json"
        bench = {"data": str(data), "styles": str(styles), "report": str(report), "engine": engine, **told}
        env = {"BENCH": json.dumps(bench), "PLAYGROUND_API": f"{places['url']}/api/v10"}
        env |= {"PLAYGROUND_TOKEN": places["token"], "PYTHONPATH": str(ROOT)}
        bot = await stack.enter_async_context(running((sys.executable, "-m", "bench.bot_process"), env))
        await bot.ready(client, int(places["application"]), STARTS)
        yield await Scene(client, places, heard, bot, report).know()


async def within(seconds: float, count: int, act: Callable[[int], Awaitable[T]]) -> list[T]:
    """`act` of each number, spread evenly over so many seconds."""

    async def later(number: int) -> T:
        await asyncio.sleep(seconds * number / count)
        return await act(number)

    return list(await asyncio.gather(*(later(number) for number in range(count))))


@asynccontextmanager
async def _discord() -> AsyncIterator[Json]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.bot_discord", str(SERVERS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()
