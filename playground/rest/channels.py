"""A channel: read, changed, deleted, typed in, and who may do what in it."""

from typing import Any

from playground.errors import DiscordError, missing_permissions, unknown
from playground.rest.access import can, channel_of, guild_of_channel, must, must_send
from playground.rest.call import Call, Route
from playground.rest.channel_body import overwrite_from, settings_from, thread_settings_from
from playground.world import forms
from playground.world.permissions import in_guild
from playground.world.places import DM, Channel
from playground.world.surroundings import type_in


async def get_channel(call: Call) -> dict[str, Any]:
    return forms.channel(call.world, channel_of(call))


async def edit_channel(call: Call) -> dict[str, Any]:
    channel, body = channel_of(call), call.body or {}
    guild = guild_of_channel(call, channel)
    if channel.is_thread:
        fields = _thread_fields(call, channel)
    else:
        must(call, channel, "manage_channels")
        fields = settings_from(call, body, guild) | ({"name": body["name"]} if body.get("name") else {})
        if "topic" in body:
            fields["topic"] = body["topic"]
    for name, value in fields.items():
        setattr(channel, name, value)
    call.world.change_channel(channel)
    return forms.channel(call.world, channel)


async def delete_channel(call: Call) -> dict[str, Any]:
    """Of direct messages only the window closes."""
    channel = channel_of(call)
    form = forms.channel(call.world, channel)
    if channel.type != DM:
        must(call, channel, "manage_threads" if channel.is_thread else "manage_channels")
        call.world.delete_channel(channel)
    return form


async def start_typing(call: Call) -> None:
    channel = channel_of(call)
    must_send(call, channel)
    type_in(call.world, channel, call.app.user)


async def set_overwrite(call: Call) -> None:
    """Nobody can grant what they do not have themselves."""
    channel = channel_of(call, "manage_roles")
    guild = guild_of_channel(call, channel)
    overwrite = overwrite_from((call.body or {}) | {"id": call.id("overwrite_id")})
    own = in_guild(guild, guild.members[call.app.user.id])
    if overwrite.allow & ~own or overwrite.deny & ~own:
        raise missing_permissions()
    channel.overwrites[overwrite.id] = overwrite
    call.world.change_channel(channel)


async def delete_overwrite(call: Call) -> None:
    channel = channel_of(call, "manage_roles")
    if channel.overwrites.pop(call.id("overwrite_id"), None) is None:
        raise unknown("Overwrite")
    call.world.change_channel(channel)


async def create_invite(call: Call) -> dict[str, Any]:
    """One that nobody can follow here: all who could are in already."""
    channel = channel_of(call, "create_instant_invite")
    guild = guild_of_channel(call, channel)
    body = call.body or {}
    about = {"id": str(guild.id), "name": guild.name, "features": [], "verification_level": 0}
    absent = dict.fromkeys(("splash", "banner", "description", "icon", "vanity_url_code"))
    return {
        "type": 0,
        "code": format(call.world.new_id(), "x"),
        "inviter": call.app.user.to_json(),
        "max_age": body.get("max_age", 86400),
        "max_uses": body.get("max_uses", 0),
        "uses": 0,
        "temporary": bool(body.get("temporary")),
        "created_at": call.world.clock.iso(),
        "expires_at": call.world.clock.iso(call.world.clock.now() + (body.get("max_age") or 86400)),
        "guild": about | absent | {"nsfw_level": 0, "premium_subscription_count": 0},
        "guild_id": str(guild.id),
        "channel": {"id": str(channel.id), "name": channel.name, "type": channel.type},
    }


async def list_invites(call: Call) -> list[dict[str, Any]]:
    channel_of(call, "manage_channels")
    return []


def _thread_fields(call: Call, thread: Channel) -> dict[str, Any]:
    """Who began a thread may change it, but for the lock; whoever may write in it may wake it."""
    fields = thread_settings_from(call.body or {})
    if not can(call, thread, "manage_threads"):
        wakes = set(fields) == {"archived"} and not fields["archived"] and not thread.locked
        if "locked" in fields or (thread.owner_id != call.app.user.id and not wakes):
            raise missing_permissions()
        must_send(call, thread)
    if thread.archived and fields.get("archived", True):
        raise DiscordError(400, 50083, "Thread is archived")
    if fields.get("archived"):
        fields["archived_at"] = call.world.clock.now()
    return fields


ROUTES: tuple[Route, ...] = (
    Route("GET", "/channels/{channel_id}", get_channel),
    Route("PATCH", "/channels/{channel_id}", edit_channel),
    Route("DELETE", "/channels/{channel_id}", delete_channel),
    Route("POST", "/channels/{channel_id}/typing", start_typing),
    Route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", set_overwrite),
    Route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", delete_overwrite),
    Route("GET", "/channels/{channel_id}/invites", list_invites),
    Route("POST", "/channels/{channel_id}/invites", create_invite),
)
