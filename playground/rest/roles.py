"""Roles of a server."""

from typing import Any

from playground.errors import DiscordError, missing_permissions, unknown
from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.rest.rank import must_outrank
from playground.world.people import Role
from playground.world.permissions import in_guild
from playground.world.places import Guild
from playground.world.surroundings import change_role, delete_role

_FIELDS = {"name": "name", "color": "colour", "hoist": "hoist", "mentionable": "mentionable"}


async def list_roles(call: Call) -> list[dict[str, Any]]:
    return [role.to_json() for role in guild_of(call).roles.values()]


async def get_role(call: Call) -> dict[str, Any]:
    return _role(call, guild_of(call)).to_json()


async def add_role(call: Call) -> dict[str, Any]:
    """At the bottom, with what @everyone may do unless it is said."""
    guild, body = guild_of(call, "manage_roles"), call.body or {}
    granted = _grantable(call, guild, body, guild.everyone.permissions)
    for other in guild.roles.values():
        other.position += 1 if other.id != guild.id else 0
    role = call.world.add_role(guild, body.get("name") or "new role", granted, position=1, **_fields(body))
    return role.to_json()


async def edit_role(call: Call) -> dict[str, Any]:
    guild, body = guild_of(call, "manage_roles"), call.body or {}
    role = _role(call, guild)
    must_outrank(call, guild, role)
    role.permissions = _grantable(call, guild, body, role.permissions)
    for name, value in (_fields(body) | ({"name": body["name"]} if body.get("name") else {})).items():
        setattr(role, name, value)
    change_role(call.world, guild, role)
    return role.to_json()


async def move_roles(call: Call) -> list[dict[str, Any]]:
    guild = guild_of(call, "manage_roles")
    moved = [(guild.roles.get(int(one["id"])), one.get("position")) for one in call.body or ()]
    for role, position in moved:
        if role is None:
            raise unknown("Role")
        must_outrank(call, guild, role)
        role.position = role.position if position is None else int(position)
        change_role(call.world, guild, role)
    return [role.to_json() for role in guild.roles.values()]


async def remove_role(call: Call) -> None:
    guild = guild_of(call, "manage_roles")
    role = _role(call, guild)
    if role.id == guild.id or role.bot_id is not None:
        raise DiscordError(400, 50028, "Invalid Role")
    must_outrank(call, guild, role)
    delete_role(call.world, guild, role)


def _role(call: Call, guild: Guild) -> Role:
    if (role := guild.roles.get(call.id("role_id"))) is None:
        raise unknown("Role")
    return role


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    found = {field: body[key] for key, field in _FIELDS.items() if key != "name" and body.get(key) is not None}
    if (colours := body.get("colors")) is not None:
        found["colour"] = colours.get("primary_color") or 0
    return found


def _grantable(call: Call, guild: Guild, body: dict[str, Any], now: int) -> int:
    """Nobody can grant what they do not have themselves."""
    wanted = now if body.get("permissions") is None else int(body["permissions"])
    if wanted & ~now & ~in_guild(guild, guild.members[call.app.user.id]):
        raise missing_permissions()
    return wanted


ROUTES: tuple[Route, ...] = (
    Route("GET", "/guilds/{guild_id}/roles", list_roles),
    Route("POST", "/guilds/{guild_id}/roles", add_role),
    Route("PATCH", "/guilds/{guild_id}/roles", move_roles),
    Route("GET", "/guilds/{guild_id}/roles/{role_id}", get_role),
    Route("PATCH", "/guilds/{guild_id}/roles/{role_id}", edit_role),
    Route("DELETE", "/guilds/{guild_id}/roles/{role_id}", remove_role),
)
