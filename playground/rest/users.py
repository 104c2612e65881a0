"""Users, the bot itself among them, and the channels in which it writes to them."""

from typing import Any

from playground.errors import DiscordError
from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.rest.paging import id_of, limit_of
from playground.world import forms
from playground.world.people import User
from playground.world.permissions import in_guild
from playground.world.surroundings import leave


async def get_me(call: Call) -> dict[str, Any]:
    return _me(call.app.user)


async def edit_me(call: Call) -> dict[str, Any]:
    if name := (call.body or {}).get("username"):
        call.app.user.name = name
    return _me(call.app.user)


async def get_user(call: Call) -> dict[str, Any]:
    return call.world.user(call.id("user_id")).to_json()


async def list_guilds(call: Call) -> list[dict[str, Any]]:
    limit = limit_of(call.query, 200, 200)
    before, after = id_of(call.query, "before"), id_of(call.query, "after")
    user = call.app.user
    found = sorted((one for one in call.world.guilds.values() if user.id in one.members), key=lambda one: one.id)
    if before is not None:
        found = [one for one in found if one.id < before][-limit:]
    if after is not None:
        found = [one for one in found if one.id > after]
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner_id == user.id,
            "permissions": str(in_guild(guild, guild.members[user.id])),
            "features": [],
            "approximate_member_count": len(guild.members),
            "approximate_presence_count": len(guild.members),
        }
        for guild in found[:limit]
    ]


async def leave_guild(call: Call) -> None:
    leave(call.world, guild_of(call), call.app)


async def get_own_member(call: Call) -> dict[str, Any]:
    return forms.member(call.world, guild_of(call).members[call.app.user.id])


async def open_direct(call: Call) -> dict[str, Any]:
    """The channel is there also where nothing may be sent in it."""
    body = call.body or {}
    other = call.world.user(int(body.get("recipient_id") or (body.get("recipients") or [0])[0]))
    if other is call.app.user:
        raise DiscordError(400, 50007, "Cannot send messages to this user")
    channel = call.world.direct_with(call.app.user.id, other.id)
    return forms.channel(call.world, channel) | {"recipients": [other.to_json()]}


async def get_application(call: Call) -> dict[str, Any]:
    return forms.application(call.app) | {
        "approximate_guild_count": sum(call.app.user.id in guild.members for guild in call.world.guilds.values())
    }


def _me(user: User) -> dict[str, Any]:
    return user.to_json() | {"verified": True, "mfa_enabled": False, "locale": user.locale, "email": None}


ROUTES: tuple[Route, ...] = (
    Route("GET", "/users/@me", get_me),
    Route("PATCH", "/users/@me", edit_me),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/users/@me/guilds", list_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("GET", "/users/@me/guilds/{guild_id}/member", get_own_member),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/oauth2/applications/@me", get_application),
    Route("GET", "/applications/@me", get_application),
)
