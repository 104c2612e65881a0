"""The bot process: builds everything once, and runs until it is stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord

from adapters.styles import Catalogue
from bot.client import StyleSealBot
from bot.delivery import Delivery
from bot.desk import Desk
from bot.discord_address import point_at
from bot.link import AdapterFiles, EngineLink
from bot.painter import Painter
from bot.settings import BotSettings
from bot.store.database import opened
from bot.store.jobs import Jobs
from protocol.errors import StyleSealError, Unauthorized

log = logging.getLogger(__name__)


async def run(
    settings: BotSettings,
    token: str,
    catalogue: Catalogue,
    link: Callable[[], Awaitable[EngineLink]],
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Until it is cancelled. Raises `Unauthorized` for a token that Discord does not know, `StoreFailed`."""
    point_at(settings.discord_api)
    async with opened(settings.database) as database:
        desk = Desk(Jobs(database), settings.member_jobs)
        await desk.reopen()  # before anybody can ask for more
        async with StyleSealBot(desk, catalogue) as client:
            try:
                await client.login(token)
            except discord.LoginFailure as wrong:
                raise Unauthorized("Discord does not know this token; set STYLESEAL_DISCORD_TOKEN anew.") from wrong
            except (discord.HTTPException, OSError) as wrong:
                raise StyleSealError(f"Discord does not answer at {settings.discord_api}: {wrong}.") from wrong
            painter = Painter(desk, Delivery(client), link, files_of(catalogue))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(client.connect())
                tasks.create_task(painter.run())
                await client.wait_until_ready()
                on_ready()


def files_of(catalogue: Catalogue) -> AdapterFiles:
    def read(sha256: str) -> bytes:
        if (style := catalogue.with_hash(sha256)) is None:
            raise StyleSealError(f"The adapter {sha256[:12]} is in none of the styles here any more.")
        return style.read()

    return read
