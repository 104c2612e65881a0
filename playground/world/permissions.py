"""Who may do what where (discord.com/developers/docs/topics/permissions)."""

from playground.world.people import Member
from playground.world.places import PRIVATE_THREAD, Channel, Guild

BITS = {
    "create_instant_invite": 0,
    "kick_members": 1,
    "ban_members": 2,
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_audit_log": 7,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_external_emojis": 18,
    "change_nickname": 26,
    "manage_nicknames": 27,
    "manage_roles": 28,
    "manage_webhooks": 29,
    "manage_guild_expressions": 30,
    "use_application_commands": 31,
    "manage_events": 33,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "use_external_stickers": 37,
    "send_messages_in_threads": 38,
    "moderate_members": 40,
    "create_events": 44,
    "send_polls": 49,
    "use_external_apps": 50,
    "pin_messages": 51,
    "bypass_slowmode": 52,
}
ALL = (1 << 53) - 1


def bits(*names: str) -> int:
    return sum(1 << BITS[name] for name in names)


ADMINISTRATOR = bits("administrator")
MEMBERS = bits(
    "create_instant_invite", "add_reactions", "view_channel", "send_messages", "embed_links", "attach_files",
    "read_message_history", "use_external_emojis", "change_nickname", "use_application_commands",
    "create_public_threads", "send_messages_in_threads", "send_polls", "use_external_apps",
)  # fmt: skip
"""What @everyone may do in a new server, as far as it matters here."""
DIRECT = bits(
    "add_reactions", "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history",
    "use_external_emojis", "use_application_commands", "send_polls", "use_external_apps", "mention_everyone",
)  # fmt: skip
"""In direct messages."""
TIMED_OUT = bits("view_channel", "read_message_history")
"""What is left to somebody who is timed out."""


def in_guild(guild: Guild, member: Member) -> int:
    if member.user.id == guild.owner_id:
        return ALL
    found = guild.everyone.permissions
    for role in member.roles:
        found |= guild.roles[role].permissions
    return ALL if found & ADMINISTRATOR else found


def in_channel(guild: Guild, member: Member, channel: Channel) -> int:
    """A thread has its parent's overwrites."""
    found = in_guild(guild, member)
    if found & ADMINISTRATOR:
        return found
    place = guild.channels[channel.parent_id] if channel.is_thread and channel.parent_id is not None else channel
    if (everyone := place.overwrites.get(guild.id)) is not None:
        found = found & ~everyone.deny | everyone.allow
    roles = [place.overwrites[role] for role in member.roles if role in place.overwrites]
    denied, allowed = 0, 0
    for overwrite in roles:
        denied, allowed = denied | overwrite.deny, allowed | overwrite.allow
    found = found & ~denied | allowed
    if (own := place.overwrites.get(member.user.id)) is not None:
        found = found & ~own.deny | own.allow
    hidden = channel.type == PRIVATE_THREAD and member.user.id not in channel.people
    if hidden and not found & bits("manage_threads"):
        return 0
    return found if found & bits("view_channel") else 0


def may_send(granted: int, channel: Channel) -> bool:
    """A thread has a permission of its own for it."""
    return may(granted, "send_messages_in_threads" if channel.is_thread else "send_messages")


def may(permissions: int, *names: str) -> bool:
    wanted = bits(*names)
    return permissions & wanted == wanted
