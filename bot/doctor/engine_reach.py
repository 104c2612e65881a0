"""Whether an engine answers where the bot looks for one."""

import asyncio
from dataclasses import dataclass

from pydantic import SecretStr

from bot.doctor.case import EngineCase
from bot.doctor.discord_reach import hint_for
from bot.doctor.finding import Diagnosed, Finding, broken
from bot.link import EngineLink
from bot.settings import BotSettings
from protocol.address import Address, UnixAddress
from protocol.answers import BaseCard, Health
from protocol.errors import EngineGone, StyleSealError, Unauthorized

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class EngineThere:
    address: Address
    health: Health
    base: BaseCard | None
    """None while it is loading."""


async def reach(bot: BotSettings, usual: EngineCase) -> EngineThere | None:
    """Raises `Diagnosed` where one should answer and does not, or not well."""
    named = bot.engine_address
    address, token = (usual.address, usual.token) if named is None else (named, bot.engine_token)
    try:
        async with asyncio.timeout(_SECONDS), EngineLink(address, _token(token)) as link:
            return await ask(link)
    except (EngineGone, TimeoutError) as nobody:
        if named is None:
            return None
        raise Diagnosed(_nobody(named, nobody)) from nobody
    except Unauthorized as refused:
        name = "STYLESEAL_TOKEN" if named is None else "STYLESEAL_ENGINE_TOKEN"
        todo = f"Set {name} to the token that the engine was started with."
        raise Diagnosed(broken(f"The engine at {address} refuses the bot's token.", todo)) from refused
    except StyleSealError as wrong:
        raise Diagnosed(broken(f"The engine at {address} does not answer as one does: {wrong.sentence}")) from wrong


async def ask(link: EngineLink) -> EngineThere:
    health = await link.health()
    cards = await link.models() if health.status == "ready" else ()
    return EngineThere(link.address, health, cards[0] if cards else None)


def _token(token: SecretStr | None) -> str | None:
    return None if token is None else token.get_secret_value()


def _nobody(address: Address, why: Exception) -> Finding:
    host = None if isinstance(address, UnixAddress) else address.host
    usual = "Start the engine there (styleseal engine), or leave STYLESEAL_ENGINE out: the bot starts one by itself."
    reason = why.sentence if isinstance(why, EngineGone) else f"No answer from {address} within {_SECONDS:g} s."
    return broken(f"The engine cannot be reached. {reason}", hint_for(host, usual))
