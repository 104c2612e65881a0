"""Servers: what they are, their channels, and the threads in them that are not archived."""

from typing import Any

from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.rest.channel_body import settings_from
from playground.world import forms
from playground.world.permissions import may
from playground.world.surroundings import change_guild


async def get_guild(call: Call) -> dict[str, Any]:
    guild = guild_of(call)
    form = forms.guild_without_people(guild)
    if call.query.get("with_counts", "").lower() in ("true", "1"):
        form |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return form


async def edit_guild(call: Call) -> dict[str, Any]:
    guild = guild_of(call, "manage_guild")
    guild.name = (call.body or {}).get("name") or guild.name
    guild.locale = (call.body or {}).get("preferred_locale") or guild.locale
    change_guild(call.world, guild)
    return forms.guild_without_people(guild)


async def list_channels(call: Call) -> list[dict[str, Any]]:
    """All but threads, also those that the bot may not enter."""
    guild = guild_of(call)
    return [forms.channel(call.world, one) for one in guild.channels.values() if not one.is_thread]


async def add_channel(call: Call) -> tuple[int, dict[str, Any]]:
    guild = guild_of(call, "manage_channels")
    body = dict(call.body or {})
    kind, name = body.get("type") or 0, str(body["name"])
    channel = call.world.add_channel(guild, kind, name, **settings_from(call, body, guild))
    return 201, forms.channel(call.world, channel)


async def list_active_threads(call: Call) -> dict[str, Any]:
    guild, me = guild_of(call), call.app.user.id
    threads = [
        one
        for one in guild.channels.values()
        if one.is_thread and not one.archived and may(call.world.permissions(me, one), "view_channel")
    ]
    return {
        "threads": [forms.channel(call.world, one) for one in threads],
        "members": [forms.thread_member(call.world, one, me) for one in threads if me in one.people],
        "has_more": False,
    }


ROUTES: tuple[Route, ...] = (
    Route("GET", "/guilds/{guild_id}", get_guild),
    Route("PATCH", "/guilds/{guild_id}", edit_guild),
    Route("GET", "/guilds/{guild_id}/channels", list_channels),
    Route("POST", "/guilds/{guild_id}/channels", add_channel),
    Route("GET", "/guilds/{guild_id}/threads/active", list_active_threads),
)
