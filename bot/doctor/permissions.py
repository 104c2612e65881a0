"""What the bot may not do in the channels of its servers, computed as Discord does, over REST alone."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass

import aiohttp
import discord
from discord.abc import GuildChannel

from bot.doctor.finding import Finding, counted, listed, ok, warning
from bot.doctor.visit import Visit, known

GUILDS = 40
"""Servers that are looked at."""
SHOWN = 10
"""Findings that are said."""
_AT_ONCE = 4
_NEEDED = {
    "send_messages": "send messages",
    "send_messages_in_threads": "send messages in threads",
    "embed_links": "embed links",
    "attach_files": "attach files",
    "read_message_history": "read the message history",
}
ALL = discord.Permissions(view_channel=True, **dict.fromkeys(_NEEDED, True))
_ALLOW = (
    "Allow it for the bot's role: in the channel's settings under Permissions, or for the whole server in its roles."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One server: how many channels with text it has, and in which the bot lacks what."""

    name: str
    channels: int
    hidden: tuple[str, ...]
    lacking: dict[tuple[str, ...], list[str]]
    problem: str = ""
    """Why it could not be looked at."""


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    client, guilds = await known(visit.logged_in()), await known(visit.guilds())
    turn = asyncio.Semaphore(_AT_ONCE)
    looks = [asyncio.ensure_future(_look(client, guild, turn)) for guild in guilds[:GUILDS]]
    said, channels, hidden = 0, 0, []
    try:
        for look in looks:
            seen = await look
            channels += seen.channels
            hidden += [f"#{name} in {seen.name}" for name in seen.hidden]
            for finding in _findings(seen):
                said += 1
                if said <= SHOWN:
                    yield finding
    finally:
        for look in looks:
            look.cancel()
    if said > SHOWN:
        yield warning(f"There are {said - SHOWN} more findings like these.", "Run this again once these are settled.")
    for finding in _summary(len(guilds), channels, hidden, well=not said):
        yield finding


def _summary(guilds: int, channels: int, hidden: list[str], *, well: bool) -> Iterable[Finding]:
    if hidden:
        yield ok(
            f"The bot does not see {counted(len(hidden), 'channel')}: {listed(hidden)}.",
            "Well so for private ones; where it is to paint, allow View Channel for the bot's role.",
        )
    if guilds > GUILDS:
        yield ok(f"{GUILDS} of {guilds} servers were looked at.")
    if channels and well:
        yield ok(f"The bot may do what it needs in all of the {channels - len(hidden)} text channels it sees.")


async def _look(client: discord.Client, listed: discord.Guild, turn: asyncio.Semaphore) -> Seen:
    assert client.user is not None, "it is logged in"
    try:
        async with turn:
            guild = await client.fetch_guild(listed.id, with_counts=False)
            channels, me = await guild.fetch_channels(), await guild.fetch_member(client.user.id)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as wrong:
        return Seen(listed.name, 0, (), {}, f"{type(wrong).__name__}: {wrong}")
    texts = [one for one in channels if isinstance(one, discord.TextChannel | discord.ForumChannel)]
    hidden, lacking = [], dict[tuple[str, ...], list[str]]()
    for channel in texts:
        # Not the channel's own method, which takes what a channel without sending implies for threads in it as well.
        granted = GuildChannel.permissions_for(channel, me)
        if not granted.view_channel:
            hidden.append(channel.name)
        elif missing := tuple(name for name in _NEEDED if not getattr(granted, name)):
            lacking.setdefault(missing, []).append(channel.name)
    return Seen(guild.name, len(texts), tuple(hidden), lacking)


def _findings(seen: Seen) -> Iterable[Finding]:
    if seen.problem:
        yield warning(f"The server {seen.name} could not be looked at: {seen.problem}.", "Run this again later.")
    elif seen.channels and len(seen.hidden) == seen.channels:
        todo = "Allow View Channel for the bot's role, in the server's roles or in a channel's settings."
        yield warning(f"In {seen.name} the bot sees no text channel at all.", todo)
    for missing, names in seen.lacking.items():
        where = listed([f"#{name}" for name in names])
        what = " or ".join(_NEEDED[name] for name in missing)
        of = f"{len(names)} of {counted(seen.channels, 'text channel')}"
        yield warning(f"In {seen.name} the bot may not {what} in {of}: {where}.", _ALLOW)
