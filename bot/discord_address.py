"""Pointing discord.py at another Discord than the one on the internet."""

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.settings import DISCORD


def point_at(api: str) -> None:
    """For the whole process, before a client logs in. The gateway is the one that this address names itself."""
    if api != DISCORD:
        Route.BASE = api.rstrip("/")


async def use_gateway_of(client: discord.Client) -> None:
    """Once it is logged in: discord.py begins, and begins anew after an invalid session, at a fixed address."""
    if Route.BASE != DISCORD:
        found = await client.http.request(Route("GET", "/gateway"))
        DiscordWebSocket.DEFAULT_GATEWAY = URL(found["url"])
