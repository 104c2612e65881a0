"""What moderators do to members: warning them, and keeping them from using the bot. Each is written down."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.form import Form, Letter, Target
from bot.jobs import Job
from bot.pages import address
from bot.quoting import quoted
from bot.servers.rules import Rules
from bot.servers.trail import entry_of, told
from bot.store.blocks import Block
from bot.store.servers import Entry
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

SECONDS: Mapping[str, int | None] = {"hour": 3_600, "day": 86_400, "week": 7 * 86_400, "good": None}
"""How long somebody may be blocked; None is for good."""
WARNING, UNWARNED = "warning", "unwarned"
"""What the keys of the letters begin with that warn somebody, and that tell of one that could not."""
_SHOWN_WHY = 700
_NAME = 100


def check_moderator(interaction: Interaction) -> int:
    """The server whose members whoever asks may moderate, wherever in it they are. Raises `Refused`."""
    guild_id = gate.check_server(interaction)
    if not _moderates(interaction.user):
        raise Refused("mod_not_you")
    return guild_id


async def check_other(interaction: Interaction, user_id: int) -> None:
    """For what nobody should do to themselves, to the owner, an admin or another moderator. Raises `Refused`."""
    guild = interaction.guild
    if user_id == interaction.user.id:
        raise Refused("mod_yourself")
    if guild is None or guild.me is None or user_id == guild.me.id:
        raise Refused("mod_myself")
    member: discord.Member | None = guild.get_member(user_id)
    if member is None:
        try:
            member = await guild.fetch_member(user_id)
        except discord.NotFound:  # who has left can come back
            return
    if user_id == guild.owner_id or _moderates(member) or member.guild_permissions.manage_guild:
        raise Refused("mod_another")


def _moderates(member: discord.Member | discord.User) -> bool:
    if not isinstance(member, discord.Member):
        return False
    allowed = member.guild_permissions
    return allowed.manage_messages or allowed.moderate_members


async def entered(
    interaction: Interaction, kind: str, about: int | None, **details: Any
) -> tuple[Entry, Letter | None]:
    """What the trail has of it, and what the log channel is told, where that is not told by the message itself that
    was clicked on."""
    bot: StyleSealBot = interaction.client
    assert interaction.guild_id is not None, "moderators are of servers"
    settings = await bot.rules.of(interaction.guild_id)
    entry = entry_of(interaction.guild_id, interaction.user.id, kind, about, details)
    seen_there = interaction.message is not None and interaction.channel_id == settings.log_channel
    return entry, None if seen_there else told(entry, settings, bot.locale_of_server(interaction.guild_id))


def because(why: str) -> str:
    """After a sentence that ends with what was done."""
    return f": {quoted(why, _SHOWN_WHY)}" if why.strip() else ""


async def warn(interaction: Interaction, user_id: int, why: str, job: Job | None = None) -> None:
    """In person, about a picture or not."""
    bot: StyleSealBot = interaction.client
    guild = interaction.guild
    assert guild is not None, "moderators are of servers"
    likes, settings = await bot.members.of(user_id), await bot.rules.of(guild.id)
    locale = likes.language or settings.language or bot.locale_of_server(guild.id)
    key = "mod_warning" if job is None else "mod_warning_picture"
    words = text(
        *(locale, key),
        server=quoted(guild.name, _NAME),
        message="" if job is None else address(job),
        why=f"\n> {quoted(why, _SHOWN_WHY)}" if why.strip() else "",
    )
    letter = Letter(
        key=f"{WARNING}:{secrets.token_hex(6)}:{guild.id}:{interaction.user.id}:{user_id}",
        target=Target(user_id=user_id),
        form=Form.of(words),
        created_at=time.time(),
    )
    entry, log = await entered(interaction, "member_warned", user_id, why=because(why))
    await bot.trail.store.note(entry, log, letter)
    bot.courier.wake()


class Warnings:
    """`locale_of` is the language of a server whose settings name none."""

    def __init__(self, rules: Rules, locale_of: Callable[[int], str]) -> None:
        self._rules = rules
        self._locale_of = locale_of

    async def lost(self, letter: Letter) -> Sequence[Letter]:
        """For the courier: the member takes no direct messages from the bot; their moderators are told."""
        _, hexadecimal, guild_id, by, user_id = letter.key.split(":")
        settings = await self._rules.of(int(guild_id))
        locale = settings.language or self._locale_of(int(guild_id))
        words = text(locale, "mod_warning_lost", user=int(user_id), by=int(by))
        target = Target(user_id=int(by)) if settings.log_channel is None else Target(channel_id=settings.log_channel)
        key = f"{UNWARNED}:{hexadecimal}:{by}"
        return [Letter(key=key, target=target, form=Form.of(words), created_at=time.time())]

    async def unheard(self, letter: Letter) -> Sequence[Letter]:
        """For the courier: the log channel does not take that either; who warned is told in person."""
        if letter.target.channel_id is None:
            return ()
        by = int(letter.key.rpartition(":")[2])
        return [replace(letter, key=f"unheard:{letter.key}", target=Target(user_id=by), created_at=time.time())]


async def block(interaction: Interaction, user_id: int, seconds: int | None, why: str) -> tuple[float | None, int]:
    """From now on, for so long or for good; what they wait for there is cancelled. Until when (Unix seconds), and how
    much that was. Raises `Refused`."""
    from bot.result import cancelled  # its messages have buttons

    bot: StyleSealBot = interaction.client
    await check_other(interaction, user_id)
    assert interaction.guild_id is not None, "moderators are of servers"
    now = time.time()
    until = None if seconds is None else now + seconds
    kind = "member_blocked" if until is None else "member_blocked_until"
    entry, log = await entered(interaction, kind, user_id, until=round(until or 0), why=because(why))
    made = Block(
        guild_id=interaction.guild_id, user_id=user_id, by=interaction.user.id, at=now, until=until, why=why.strip()
    )
    await bot.blocks.add(made, entry, log)
    gone = 0
    for job in await bot.desk.jobs.unfinished():
        if job.user_id == user_id and job.place.guild_id == interaction.guild_id and job.place.by_bot:
            gone += await bot.desk.cancel(job.id, cancelled(job))
    bot.courier.wake()
    return until, gone


async def unblock(interaction: Interaction, user_id: int) -> bool:
    """Whether they were blocked."""
    bot: StyleSealBot = interaction.client
    assert interaction.guild_id is not None, "moderators are of servers"
    if await bot.blocks.of(interaction.guild_id, user_id, time.time()) is None:
        return False
    entry, log = await entered(interaction, "member_unblocked", user_id)
    await bot.blocks.remove(interaction.guild_id, user_id, entry, log)
    bot.courier.wake()
    return True
