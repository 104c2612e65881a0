"""Members of a server: looked up, changed, given roles, timed out, removed."""

from datetime import datetime
from typing import Any

from playground.errors import DiscordError, invalid_form, missing_permissions, unknown
from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.rest.paging import id_of, limit_of
from playground.rest.rank import must_outrank
from playground.world import forms
from playground.world.people import Member, Role
from playground.world.permissions import in_guild, may
from playground.world.places import Guild
from playground.world.surroundings import remove_member

LONGEST_TIMEOUT = 28 * 24 * 3600.0


async def list_members(call: Call) -> list[dict[str, Any]]:
    guild = guild_of(call)
    after, limit = id_of(call.query, "after") or 0, limit_of(call.query, 1, 1000)
    found = [guild.members[id] for id in sorted(guild.members) if id > after]
    return [forms.member(call.world, one) for one in found[:limit]]


async def search(call: Call) -> list[dict[str, Any]]:
    guild, query = guild_of(call), call.query.get("query", "").lower()
    if not query:
        raise invalid_form({"query": ("BASE_TYPE_REQUIRED", "This field is required")})
    limit = limit_of(call.query, 1, 1000)
    found = [
        one
        for one in guild.members.values()
        if any(name.lower().startswith(query) for name in (one.user.name, one.user.shown, one.nick or ""))
    ]
    return [forms.member(call.world, one) for one in found[:limit]]


async def get_member(call: Call) -> dict[str, Any]:
    return forms.member(call.world, _member(call, guild_of(call)))


async def edit_member(call: Call) -> dict[str, Any]:
    guild, body = guild_of(call), call.body or {}
    member = _member(call, guild)
    for key, needed in (
        ("nick", "manage_nicknames"),
        ("roles", "manage_roles"),
        ("communication_disabled_until", "moderate_members"),
    ):
        if key in body:
            guild_of(call, needed)
    if member.user is not call.app.user:
        must_outrank(call, guild, member)
    roles = _roles(call, guild, member, body["roles"]) if "roles" in body else member.roles
    until = member.timed_out_until
    if "communication_disabled_until" in body:
        until = _until(call, guild, member, body["communication_disabled_until"])
    member.roles, member.timed_out_until = roles, until
    member.nick = (body["nick"] or None) if "nick" in body else member.nick
    call.world.change_member(guild, member)
    return forms.member(call.world, member)


async def edit_own(call: Call) -> dict[str, Any]:
    guild = guild_of(call, "change_nickname")
    member = guild.members[call.app.user.id]
    if "nick" in (call.body or {}):
        member.nick = call.body["nick"] or None
        call.world.change_member(guild, member)
    return forms.member(call.world, member)


async def add_role(call: Call) -> None:
    _change_role(call, there=True)


async def remove_role(call: Call) -> None:
    _change_role(call, there=False)


async def kick(call: Call) -> None:
    guild = guild_of(call, "kick_members")
    member = _member(call, guild)
    must_outrank(call, guild, member)
    remove_member(call.world, guild, member)


async def list_bans(call: Call) -> list[dict[str, Any]]:
    guild = guild_of(call, "ban_members")
    return [_ban(call, id, reason) for id, reason in guild.bans.items()]


async def get_ban(call: Call) -> dict[str, Any]:
    guild, id = guild_of(call, "ban_members"), call.id("user_id")
    if id not in guild.bans:
        raise unknown("Ban")
    return _ban(call, id, guild.bans[id])


async def ban(call: Call) -> None:
    guild = guild_of(call, "ban_members")
    user = call.world.user(call.id("user_id"))
    if (member := guild.members.get(user.id)) is not None:
        must_outrank(call, guild, member)
        remove_member(call.world, guild, member)
    guild.bans[user.id] = call.reason or None


async def unban(call: Call) -> None:
    guild = guild_of(call, "ban_members")
    if guild.bans.pop(call.id("user_id"), "") == "":
        raise unknown("Ban")


def _ban(call: Call, id: int, reason: str | None) -> dict[str, Any]:
    return {"user": call.world.user(id).to_json(), "reason": reason}


def _member(call: Call, guild: Guild) -> Member:
    call.world.user(call.id("user_id"))
    return call.world.member(guild.id, call.id("user_id"))


def _change_role(call: Call, *, there: bool) -> None:
    guild = guild_of(call, "manage_roles")
    member, role = _member(call, guild), guild.roles.get(call.id("role_id"))
    if role is None:
        raise unknown("Role")
    _assignable(call, guild, role)
    (member.roles.add if there else member.roles.discard)(role.id)
    call.world.change_member(guild, member)


def _roles(call: Call, guild: Guild, member: Member, asked: list[Any] | None) -> set[int]:
    wanted = {int(id) for id in asked or ()}
    for id in wanted ^ member.roles:
        if id not in guild.roles:
            raise unknown("Role")
        _assignable(call, guild, guild.roles[id])
    return wanted


def _assignable(call: Call, guild: Guild, role: Role) -> None:
    if role.bot_id is not None or role.id == guild.id:
        raise DiscordError(400, 50028, "Invalid Role")
    must_outrank(call, guild, role)


def _until(call: Call, guild: Guild, member: Member, asked: str | None) -> float | None:
    """Raises `DiscordError` for one who cannot be timed out, and for longer than four weeks."""
    if asked is None:
        return None
    if may(in_guild(guild, member), "administrator"):
        raise missing_permissions()
    moment = datetime.fromisoformat(asked).timestamp()
    if moment > call.world.clock.now() + LONGEST_TIMEOUT:
        told = ("COMMUNICATION_DISABLED_UNTIL_TOO_LONG", "A time-out lasts 28 days at most.")
        raise invalid_form({"communication_disabled_until": told})
    return moment


_MEMBER = "/guilds/{guild_id}/members/{user_id}"
_BAN = "/guilds/{guild_id}/bans/{user_id}"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/guilds/{guild_id}/members", list_members),
    Route("GET", "/guilds/{guild_id}/members/search", search),
    Route("PATCH", "/guilds/{guild_id}/members/@me", edit_own),
    Route("GET", _MEMBER, get_member),
    Route("PATCH", _MEMBER, edit_member),
    Route("DELETE", _MEMBER, kick),
    Route("PUT", f"{_MEMBER}/roles/{{role_id}}", add_role),
    Route("DELETE", f"{_MEMBER}/roles/{{role_id}}", remove_role),
    Route("GET", "/guilds/{guild_id}/bans", list_bans),
    Route("GET", _BAN, get_ban),
    Route("PUT", _BAN, ban),
    Route("DELETE", _BAN, unban),
)
