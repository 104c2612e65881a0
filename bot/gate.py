"""Whether a member may use the bot there and then. Asked when a command runs and on every click."""

import time
from collections.abc import Collection
from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction, Refused
from bot.jobs import Job
from bot.quoting import quoted
from bot.texts import Texts

if TYPE_CHECKING:
    from bot.client import StyleSealBot


def check_admin(interaction: Interaction) -> int:
    """The server that whoever asks may manage. Raises `Refused`."""
    guild_id = check_server(interaction)
    if not interaction.permissions.manage_guild:
        raise Refused("not_an_admin")
    return guild_id


def check_style_admin(interaction: Interaction, style_roles: Collection[int]) -> int:
    """The server whose styles whoever asks may add and change. Raises `Refused`."""
    guild_id = check_server(interaction)
    member = interaction.user
    has_role = isinstance(member, discord.Member) and any(role.id in style_roles for role in member.roles)
    if not interaction.permissions.manage_guild and (not has_role or _is_timed_out(member)):
        raise Refused("not_for_styles")
    return guild_id


def check_server(interaction: Interaction) -> int:
    """The server one is in, which has the bot as its own. Raises `Refused`."""
    if interaction.guild_id is None or not interaction.is_guild_integration():
        raise Refused("servers_only")
    return interaction.guild_id


_WHY = 700
_NEEDED = ("view_channel", "embed_links", "attach_files")


async def check(bot: "StyleSealBot", interaction: Interaction) -> None:
    """Raises `Refused`."""
    if interaction.guild_id is not None:
        block = await bot.blocks.of(interaction.guild_id, interaction.user.id, time.time())
        if block is not None:
            key = "blocked" if block.until is None else "blocked_until"
            why = f"\n> {quoted(block.why, _WHY)}" if block.why else ""
            raise Refused(key, until=round(block.until or 0), why=why)


def check_place(interaction: Interaction) -> None:
    """Whether that member may have pictures painted there, and the bot can show them. Raises `Refused`."""
    if interaction.guild_id is not None and not _may_use_commands(interaction):
        raise Refused("no_commands_here")
    if not interaction.is_guild_integration() or interaction.guild_id is None:
        return  # direct messages, or a member's own app, whose answers need no permission of the bot's
    allowed = interaction.app_permissions
    send = "send_messages_in_threads" if isinstance(interaction.channel, discord.Thread) else "send_messages"
    missing = [name for name in (*_NEEDED, send) if not getattr(allowed, name)]
    if missing:
        raise Refused("bot_may_not", names=Texts([f"may_{name}" for name in missing]))


def _may_use_commands(interaction: Interaction) -> bool:
    """Discord hides commands from those who may not, and from those who are timed out, but leaves them the buttons."""
    return interaction.permissions.use_application_commands and not _is_timed_out(interaction.user)


def _is_timed_out(member: discord.Member | discord.User) -> bool:
    return isinstance(member, discord.Member) and member.is_timed_out()


def check_rating(job: Job, interaction: Interaction) -> None:
    """What was painted in an age-restricted channel is not painted or shown again elsewhere. Raises `Refused`."""
    if job.place.nsfw and not is_nsfw(interaction):
        raise Refused("age_restricted")


def is_nsfw(interaction: Interaction) -> bool:
    """Whether what is for adults may be shown there; in direct messages with the bot that is for the member to say."""
    return is_restricted(interaction) if interaction.guild_id is not None else interaction.context.dm_channel


def is_restricted(interaction: Interaction) -> bool:
    """Whether the channel is age-restricted."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent is not None and channel.parent.nsfw
    return bool(getattr(channel, "nsfw", False))
