"""One visit of the doctor: what several examinations need is fetched once, by whoever asks first."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import discord

from bot.doctor import base_files, discord_login, discord_reach, engine_reach, gpu_probe
from bot.doctor.base_files import BaseFiles
from bot.doctor.case import Case, EngineCase
from bot.doctor.discord_reach import Reached
from bot.doctor.engine_reach import EngineThere
from bot.doctor.finding import Diagnosed, NotKnown
from bot.doctor.gpu_probe import Torch
from bot.settings import BotSettings

T = TypeVar("T")
_CLOSE_SECONDS = 1.0


class Visit:
    """Used as `async with Visit(case) as visit`. What cannot be had raises `Diagnosed` for the examination whose
    business it is, and `NotKnown` by `known` for all others."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        self._client: discord.Client | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        if self._client is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._client.close(), _CLOSE_SECONDS)

    @property
    def bot(self) -> BotSettings:
        if self.case.bot is None:
            raise NotKnown
        return self.case.bot

    @property
    def engine_settings(self) -> EngineCase:
        if self.case.engine is None:
            raise NotKnown
        return self.case.engine

    @property
    def token(self) -> str:
        if self.bot.discord_token is None:
            raise NotKnown
        return self.bot.discord_token.get_secret_value().strip()

    async def reached(self) -> Reached:
        """Discord's answer to a request that needs no token."""
        api = self.bot.discord_api
        return await self._once("reached", lambda: discord_reach.reach(api, self.case.now))

    async def logged_in(self) -> discord.Client:
        return await self._once("logged in", self._log_in)

    async def guilds(self) -> list[discord.Guild]:
        """The servers the bot is in, as Discord lists them: with a name, and little else."""
        client = await known(self.logged_in())
        return await self._once("guilds", lambda: discord_login.guilds_of(client))

    async def engine(self) -> EngineThere | None:
        """The engine that answers at the address the bot is told of or else the usual one; None where none is expected
        to and none does."""
        return await self._once("engine", lambda: engine_reach.reach(self.bot, self.engine_settings))

    async def base(self) -> BaseFiles:
        settings = self.engine_settings
        return await self._once("base", lambda: base_files.look(settings.base, self.case.pocket))

    async def torch(self) -> Torch:
        return await self._once("torch", gpu_probe.probe)

    async def _log_in(self) -> discord.Client:
        token = discord_login.checked(self.token, self.bot.discord_api)
        await self.reached()
        self._client = discord_login.client(self.bot.discord_api)
        await discord_login.log_in(self._client, token, self.bot.discord_api)
        return self._client

    async def _once(self, what: str, fetch: Callable[[], Awaitable[T]]) -> T:
        if what not in self._under_way:
            self._under_way[what] = asyncio.ensure_future(fetch())
        given: T = await asyncio.shield(self._under_way[what])
        return given


async def known(wanted: Awaitable[T]) -> T:
    """Raises `NotKnown` where it cannot be had."""
    try:
        return await wanted
    except Diagnosed as diagnosed:
        raise NotKnown from diagnosed
