"""Asking Discord with the bot's token, over REST alone: no session of the gateway is used up."""

import asyncio
import re

import aiohttp
import discord

from bot.discord_address import point_at
from bot.doctor.discord_reach import host_of
from bot.doctor.finding import Diagnosed, broken
from bot.settings import DISCORD

GUILDS = 1000
"""Servers that are listed at most."""
_SECONDS = 8.0
_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")
_NEW = (
    "Take a new one in Discord's developer portal (your application, Bot, Reset Token) and set STYLESEAL_DISCORD_TOKEN."
)


def checked(token: str, api: str) -> str:
    """Raises `Diagnosed` for what cannot be a token of Discord's, before it is sent anywhere."""
    looks = _looks_like(token) if api == DISCORD or not token.isascii() or not token.isprintable() else ""
    if looks:
        raise Diagnosed(broken(f"STYLESEAL_DISCORD_TOKEN is no bot's token: {looks}.", _NEW))
    return token


def client(api: str) -> discord.Client:
    point_at(api)
    return discord.Client(intents=discord.Intents.none())


async def log_in(client: discord.Client, token: str, api: str) -> None:
    """Raises `Diagnosed`."""
    host = host_of(api)
    try:
        async with asyncio.timeout(_SECONDS):
            await client.login(token)
    except discord.LoginFailure as wrong:
        raise Diagnosed(
            broken(f"{host} refuses the token (HTTP status 401): it is wrong, or was reset.", _NEW)
        ) from wrong
    except TimeoutError as wrong:
        sentence = f"{host} answers, but not to the bot's token within {_SECONDS:g} s."
        raise Diagnosed(broken(sentence, "Try again in a few minutes.")) from wrong
    except discord.HTTPException as wrong:
        sentence = f"{host} answers to the bot's token with HTTP status {wrong.status}."
        raise Diagnosed(broken(sentence, "Try again in a few minutes; wait an hour after many tries.")) from wrong
    except (aiohttp.ClientError, OSError, KeyError, TypeError, ValueError) as wrong:
        sentence = f"{host} answers, but not as Discord does: {type(wrong).__name__}."
        raise Diagnosed(broken(sentence, "Check STYLESEAL_DISCORD_API, and any proxy on the way.")) from wrong


async def guilds_of(client: discord.Client) -> list[discord.Guild]:
    return [guild async for guild in client.fetch_guilds(limit=GUILDS, with_counts=False)]


def _looks_like(token: str) -> str:
    """Why it cannot be one; empty where it can."""
    if _TOKEN.fullmatch(token):
        return ""
    if token.lower().startswith("bot "):
        return 'it begins with "Bot ", which is put before it by the program'
    if token[:1] in "\"'`" and len(token) > 1:
        return "it stands in quotation marks"
    if token.isdecimal():
        return "it is a number, as the application's id is"
    if not token.isascii() or not token.isprintable() or " " in token:
        return "it has spaces or characters that no token has"
    if token.count(".") != 2:
        return "a token has three parts with dots between them; this may be the client secret or the public key"
    return "a part of it is missing"
