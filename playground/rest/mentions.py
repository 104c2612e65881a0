"""Whom a message mentions: what its text says, as far as `allowed_mentions` and the author's permissions go."""

import re
from collections.abc import Mapping
from typing import Any

from playground.rest.component_tree import texts
from playground.world.messages import Message
from playground.world.permissions import may
from playground.world.places import Channel
from playground.world.world import World

_USER, _ROLE, _EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")


def find_mentions(world: World, channel: Channel, message: Message, allowed: Mapping[str, Any] | None) -> None:
    """Fills in the message's mentions. `allowed` is the request's `allowed_mentions`; None allows all."""
    text = "\n".join([message.content, *texts(message.components)])
    granted = world.permissions(message.author.id, channel)
    everyone = may(granted, "mention_everyone")
    guild = None if channel.guild_id is None else world.guild(channel.guild_id)
    users = [id for id in map(int, _USER.findall(text)) if _allows(allowed, "users", id)]
    answered = _answered_author(world, message)
    if answered is not None and (allowed is None or allowed.get("replied_user", False)):
        users.insert(0, answered)
    message.mentions = [world.users[id] for id in dict.fromkeys(users) if id in world.users]
    roles = () if guild is None else (id for id in map(int, _ROLE.findall(text)) if id in guild.roles)
    message.mention_roles = [
        id
        for id in dict.fromkeys(roles)
        if _allows(allowed, "roles", id) and guild is not None and (everyone or guild.roles[id].mentionable)
    ]
    message.mention_everyone = everyone and bool(_EVERYONE.search(text)) and _allows(allowed, "everyone", 0)


def _answered_author(world: World, message: Message) -> int | None:
    if message.reference is None or message.reference.get("type"):
        return None
    answered = world.messages.get(int(message.reference["channel_id"]), {}).get(int(message.reference["message_id"]))
    return None if answered is None else answered.author.id


def _allows(allowed: Mapping[str, Any] | None, kind: str, id: int) -> bool:
    if allowed is None:
        return True
    return kind in (allowed.get("parse") or ()) or str(id) in map(str, allowed.get(kind) or ())
