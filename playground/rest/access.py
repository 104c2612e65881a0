"""Places as a bot may use them: found, seen, and with the permissions that a route needs."""

from playground.errors import DiscordError, missing_access, missing_permissions, unknown
from playground.rest.call import Call
from playground.world.messages import Message
from playground.world.permissions import in_guild, may, may_send
from playground.world.places import THREADS, Channel, Guild


def channel_of(call: Call, *needed: str) -> Channel:
    """The channel in the path. Raises `DiscordError` where the bot does not see it or lacks a permission there."""
    channel = call.world.channel(call.id("channel_id"))
    must(call, channel, *needed)
    return channel


def must(call: Call, channel: Channel, *needed: str) -> None:
    granted = call.world.permissions(call.app.user.id, channel)
    if not may(granted, "view_channel"):
        raise missing_access()
    if not may(granted, *needed):
        raise missing_permissions()


def can(call: Call, channel: Channel, *needed: str) -> bool:
    return may(call.world.permissions(call.app.user.id, channel), *needed)


def must_send(call: Call, channel: Channel) -> None:
    must(call, channel)
    if not may_send(call.world.permissions(call.app.user.id, channel), channel):
        raise missing_permissions()


def guild_of(call: Call, *needed: str) -> Guild:
    """The server in the path, where the bot is a member."""
    guild = call.world.guild(call.id("guild_id"))
    member = guild.members.get(call.app.user.id)
    if member is None:
        raise missing_access()
    if not may(in_guild(guild, member), *needed):
        raise missing_permissions()
    return guild


def message_of(call: Call, *needed: str) -> tuple[Channel, Message]:
    """The message in the path; ephemeral ones are not known here."""
    channel = channel_of(call, *needed)
    message = call.world.message(channel.id, call.id("message_id"))
    if message.is_ephemeral:
        raise unknown("Message")
    return channel, message


def own_message_of(call: Call) -> tuple[Channel, Message]:
    """Raises `DiscordError` for somebody else's."""
    channel, message = message_of(call)
    if message.author is not call.app.user:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    return channel, message


def thread_of(call: Call, *needed: str) -> Channel:
    channel = channel_of(call, *needed)
    if channel.type not in THREADS:
        raise DiscordError(400, 50024, "Cannot execute action on this channel type")
    return channel


def not_archived(channel: Channel) -> None:
    if channel.archived:
        raise DiscordError(400, 50083, "Thread is archived")


def guild_of_channel(call: Call, channel: Channel) -> Guild:
    """Raises `DiscordError` in direct messages."""
    if channel.guild_id is None:
        raise DiscordError(403, 50003, "Cannot execute action on a DM channel")
    return call.world.guild(channel.guild_id)
