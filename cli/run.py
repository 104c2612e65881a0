"""`styleseal run`: everything together: the engine, the bot and, without a token of Discord's, a Discord for it."""

import asyncio
import contextlib
import errno
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from adapters.settings import AdapterSettings
from bot.app import run
from bot.engine_elsewhere import EngineElsewhere
from bot.presence import Presence
from bot.settings import BotSettings
from bot.store import lock
from bot.supervisor import Supervisor
from cli.catalogue import fixed_styles, styles_here
from cli.engine_at_hand import EngineAtHand, run_to_its_end
from cli.gallery import FOLDER, make_folder, paint_all, pictures
from cli.logs import logged
from cli.settings import load_settings
from cli.show import Show
from engine.settings import EngineSettings
from playground.server import serve
from playground.spec import Spec
from playground.state import State
from playground.world.demo import demo

PORT = 8765
TOKEN = "styleseal"
"""What the playground knows the bot by."""
NAME = "StyleSeal"
_READY = "The bot is there. Ctrl-C ends it."
_TYPE = "Type /paint there. Ctrl-C ends it all."


def command() -> None:
    """Start the engine and the bot, and go on until Ctrl-C. Without STYLESEAL_DISCORD_TOKEN the bot meets people in a
    playground, a Discord on this machine, and a first picture in each style is painted."""
    settings = load_settings(BotSettings)
    with contextlib.suppress(KeyboardInterrupt), logged(settings.log):
        run_to_its_end(_tried(settings) if settings.discord_token is None else _served(settings))


async def _served(settings: BotSettings) -> None:
    """On Discord itself, or on what STYLESEAL_DISCORD_API names."""
    assert settings.discord_token is not None
    token = settings.discord_token.get_secret_value()
    catalogue, adapters = fixed_styles(load_settings(EngineSettings)), load_settings(AdapterSettings)
    engine = _engine(settings)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await run(settings, token, catalogue, adapters, engine, lambda: print(_READY, flush=True))


async def _tried(settings: BotSettings) -> None:
    # So near, answers overtake discord.py's note of when it asked, and it believes that it cannot keep up.
    logging.getLogger("discord.gateway").setLevel(logging.ERROR)
    make_folder()
    kept = _emptied(settings.data / "playground")
    catalogue = styles_here(load_settings(EngineSettings))
    async with _playground() as address, asyncio.TaskGroup() as tasks:
        with Show(pictures()) as show:
            engine = _engine(settings, show.sentence)
            tasks.create_task(engine.run())
            await paint_all(EngineAtHand(await engine.link(), None), show)
        print(f"The pictures are in {FOLDER.absolute()}", flush=True)
        there = settings.model_copy(update={"discord_api": f"{address}/api/v10", "data": kept})
        adapters = load_settings(AdapterSettings).model_copy(update={"data": kept})
        await run(there, TOKEN, catalogue, adapters, engine, lambda: print(_told(address), flush=True))


def _emptied(folder: Path) -> Path:
    """A playground's world ends with it: what the bot keeps of it is kept apart, and not for long. Raises `FolderTaken`
    where a bot in another playground keeps its own there."""
    with lock.held(folder):
        for old in folder.iterdir():
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            elif old.name != lock.FILE:
                with contextlib.suppress(OSError):
                    old.unlink()
    return folder


def _engine(settings: BotSettings, on_loading: Callable[[str], None] | None = None) -> Presence:
    """The one at the address in the settings, or one of our own."""
    if (address := settings.engine_address) is None:
        return Supervisor(settings.engine_log, on_loading)
    token = None if settings.engine_token is None else settings.engine_token.get_secret_value()
    return EngineElsewhere(address, token, on_loading)


def _told(address: str) -> str:
    return (
        f"The bot is in the playground, a Discord on this machine: {address}/\nType /paint there. Ctrl-C ends it all."
    )


@contextlib.asynccontextmanager
async def _playground() -> AsyncIterator[str]:
    """At its usual port, or at another where that is taken."""
    state = State(demo(TOKEN, NAME).world, Spec.at_hand())
    async with contextlib.AsyncExitStack() as stack:
        try:
            yield await stack.enter_async_context(serve(state, port=PORT))
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise
            yield await stack.enter_async_context(serve(state))
