"""Whether Discord answers at the address the bot is told of, and what time it is there."""

import asyncio
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NoReturn

import aiohttp
import discord
from yarl import URL

from bot.doctor.finding import Diagnosed, broken
from bot.settings import DISCORD

_SECONDS = 6.0
_AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py {discord.__version__})"
_HERE = ("localhost", "127.0.0.1", "::1")
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


@dataclass(frozen=True, slots=True)
class Reached:
    ahead: float | None
    """Seconds this machine's clock is ahead of Discord's; None where the answer has no time."""


async def reach(api: str, now: Callable[[], float]) -> Reached:
    """Raises `Diagnosed`."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": _AGENT}) as session,
            session.get(f"{api.rstrip('/')}/gateway", allow_redirects=False) as answer,
        ):
            asked = now()
            if not await _is_discord(answer):
                _another(api, answer.status)
            return Reached(_ahead(asked, answer.headers.get("Date", "")))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as wrong:
        raise Diagnosed(broken(*_told(api, wrong))) from wrong


def host_of(api: str) -> str:
    """Without name and password, should the address have them."""
    url = URL(api)
    usual = {"https": 443, "http": 80}.get(url.scheme)
    return str(url.host) if url.port in (None, usual) else f"{url.host}:{url.port}"


def in_container() -> bool:
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    return "KUBERNETES_SERVICE_HOST" in os.environ or any(mark.exists() for mark in marks)


def hint_for(host: str | None, usual: str) -> str:
    """What to do about an address where nothing answers."""
    if host not in _HERE or not in_container():
        return usual
    return (
        f"This runs inside a container, where {host} is the container itself: name the other container, or "
        "host.docker.internal for the machine around it."
    )


async def _is_discord(answer: aiohttp.ClientResponse) -> bool:
    if answer.status != 200:
        return False
    try:
        told = await answer.json(content_type=None)
    except (ValueError, UnicodeDecodeError):
        return False
    return isinstance(told, dict) and isinstance(told.get("url"), str)


def _another(api: str, status: int) -> NoReturn:
    if status >= 500:
        sentence, todo = "", "Try again in a few minutes; https://discordstatus.com says whether it is down for all."
    elif status in (403, 429):
        sentence = " It refuses this machine's address, for some time."
        todo = "Stop every bot on this machine, wait an hour, and start one again."
    else:
        sentence = " That is not how Discord's API answers."
        todo = f"Leave STYLESEAL_DISCORD_API out, or set it to an API's whole address, such as {DISCORD}."
    raise Diagnosed(broken(f"{host_of(api)} answers with HTTP status {status}.{sentence}", todo))


def _told(api: str, wrong: Exception) -> tuple[str, str]:
    """The sentence, and what to do."""
    host = host_of(api)
    if isinstance(wrong, aiohttp.ClientConnectorDNSError):
        usual = "Check this machine's connection and its DNS servers, and the name's spelling in STYLESEAL_DISCORD_API."
        return f"Discord cannot be reached: there is no address for the name {URL(api).host}.", _with_proxy(usual)
    if isinstance(wrong, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError):
        usual = "Set this machine's clock, install its certificates (ca-certificates), or ask who runs the network."
        return f"Discord cannot be reached: {host} shows no certificate that is trusted here.", _with_proxy(usual)
    if isinstance(wrong, TimeoutError | asyncio.TimeoutError):
        usual = "Check this machine's connection, and whether a firewall lets it out."
        return f"Discord cannot be reached: {host} has not answered in {_SECONDS:g} s.", _with_proxy(usual)
    if isinstance(wrong, ConnectionRefusedError) or "Connect call failed" in str(wrong):
        usual = hint_for(URL(api).host, "Check STYLESEAL_DISCORD_API, and whether what is to answer there runs.")
        return f"Discord cannot be reached: nothing listens at {host} (connection refused).", usual
    reason = (getattr(wrong, "strerror", None) or type(wrong).__name__).rstrip(".")
    return f"Discord cannot be reached at {host}: {reason}.", _with_proxy("Check this machine's connection.")


def _with_proxy(usual: str) -> str:
    if any(os.environ.get(name) for name in _PROXIES):
        return f"{usual} A proxy is set in the environment, and the bot does not go through it."
    return usual


def _ahead(asked: float, date: str) -> float | None:
    """The header names whole seconds, so half of one is added."""
    try:
        there = parsedate_to_datetime(date)
    except ValueError:
        return None
    return asked - there.replace(tzinfo=there.tzinfo or UTC).timestamp() - 0.5
