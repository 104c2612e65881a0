"""A server as a session is told of it when it connects, and the members it asks for later."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground.errors import DiscordError
from playground.gateway.opcodes import not_decoded
from playground.gateway.session import Session
from playground.world import forms
from playground.world.people import Member
from playground.world.permissions import may
from playground.world.places import Guild
from playground.world.world import World

PRESENCES, MEMBERS = 1 << 8, 1 << 1
CHUNK = 1000
MOST_ASKED = 100
"""Members that one can ask for by name or id at once."""


def guild_create(world: World, session: Session, guild: Guild) -> dict[str, Any]:
    """Without the intent for presences only the bot itself is among the members, and threads only where it may look."""
    own = guild.members[session.app.user.id]
    large = len(guild.members) > session.large
    members = guild.members.values() if session.intents & PRESENCES and not large else [own]
    seen = {
        str(thread.id)
        for thread in guild.channels.values()
        if thread.is_thread and may(world.permissions(own.user.id, thread), "view_channel")
    }
    form = forms.guild(world, guild)
    return form | {
        "joined_at": world.clock.iso(own.joined_at),
        "large": large,
        "members": [forms.member(world, one) for one in members],
        "threads": [thread for thread in form["threads"] if thread["id"] in seen],
    }


def member_chunks(world: World, session: Session, asked: Any) -> Iterator[dict[str, Any]]:
    """What GUILD_MEMBERS_CHUNK says, as often as is needed. Nothing for what the bot may not ask. Raises
    `opcodes.Closed`."""
    try:
        guild = world.guild(int(asked["guild_id"]))
    except (DiscordError, KeyError, TypeError, ValueError):
        return
    by_id = [str(id) for id in _listed(asked.get("user_ids"))][:MOST_ASKED]
    everyone = not by_id and not asked.get("query") and not asked.get("limit")
    if session.app.user.id not in guild.members or (everyone and not session.intents & MEMBERS):
        return
    found = _found(guild, asked, by_id)
    beside: dict[str, Any] = {"nonce": asked["nonce"]} if asked.get("nonce") else {}
    if by_id:
        beside["not_found"] = [id for id in by_id if not _is_member(guild, id)]
    if asked.get("presences"):
        beside["presences"] = []
    count = max(-(-len(found) // CHUNK), 1)
    for index in range(count):
        part = found[index * CHUNK : (index + 1) * CHUNK]
        yield {
            "guild_id": str(guild.id),
            "members": [forms.member(world, one) for one in part],
            "chunk_index": index,
            "chunk_count": count,
        } | beside


def _found(guild: Guild, asked: Mapping[str, Any], by_id: list[str]) -> list[Member]:
    if by_id:
        return [guild.members[int(id)] for id in by_id if _is_member(guild, id)]
    prefix, limit = str(asked.get("query") or "").lower(), asked.get("limit") or 0
    if not isinstance(limit, int) or limit < 0:
        raise not_decoded()
    found = [one for one in guild.members.values() if any(name.startswith(prefix) for name in _names(one))]
    if prefix:
        limit = min(limit or MOST_ASKED, MOST_ASKED)
    return found[:limit] if limit else found


def _is_member(guild: Guild, id: str) -> bool:
    return id.isascii() and id.isdigit() and len(id) < 20 and int(id) in guild.members


def _names(member: Member) -> list[str]:
    return [name.lower() for name in (member.user.name, member.user.global_name, member.nick) if name]


def _listed(asked: Any) -> list[Any]:
    if asked is None:
        return []
    return asked if isinstance(asked, list) else [asked]
