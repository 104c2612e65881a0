"""Scheduled events of a server."""

from datetime import datetime
from typing import Any

from playground.errors import DiscordError, unknown
from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.world.places import Guild
from playground.world.surroundings import set_event

SCHEDULED, ACTIVE, COMPLETED, CANCELLED = 1, 2, 3, 4
_AFTER = {SCHEDULED: (ACTIVE, CANCELLED), ACTIVE: (COMPLETED,)}
"""What an event's status may become."""
_SETTABLE = ("channel_id", "entity_metadata", "name", "description", "entity_type", "recurrence_rule", "privacy_level")
_MOMENTS = ("scheduled_start_time", "scheduled_end_time")


async def list_events(call: Call) -> list[dict[str, Any]]:
    return [_shown(call, one) for one in guild_of(call).events.values()]


async def add_event(call: Call) -> dict[str, Any]:
    guild, body = guild_of(call, "create_events"), call.body or {}
    event = {
        "id": str(call.world.new_id()),
        "guild_id": str(guild.id),
        "creator_id": str(call.app.user.id),
        "creator": call.app.user.to_json(),
        "status": SCHEDULED,
        "entity_id": None,
        "image": None,
        "user_count": 0,
        "sku_ids": [],
        "guild_scheduled_event_exceptions": [],
    }
    event |= dict.fromkeys(("channel_id", "entity_metadata", "description", "recurrence_rule", "scheduled_end_time"))
    event |= _asked(call, body)
    set_event(call.world, guild, event, "CREATE")
    return event


async def get_event(call: Call) -> dict[str, Any]:
    return _shown(call, _event(call, guild_of(call)))


async def edit_event(call: Call) -> dict[str, Any]:
    guild, body = guild_of(call), call.body or {}
    before = _event(call, guild)
    _may_change(call, before)
    event = before | _asked(call, body)
    status = body.get("status") or before["status"]
    if status != before["status"] and status not in _AFTER.get(before["status"], ()):
        raise DiscordError(400, 180000, "Cannot update a finished event")
    set_event(call.world, guild, event | {"status": status}, "UPDATE")
    return event | {"status": status}


async def delete_event(call: Call) -> None:
    guild = guild_of(call)
    event = _event(call, guild)
    _may_change(call, event)
    set_event(call.world, guild, event, "DELETE")


async def list_people(call: Call) -> list[dict[str, Any]]:
    """Nobody says here that they are interested."""
    _event(call, guild_of(call))
    return []


def _event(call: Call, guild: Guild) -> dict[str, Any]:
    if (event := guild.events.get(call.id("guild_scheduled_event_id"))) is None:
        raise unknown("Guild Scheduled Event")
    return event


def _may_change(call: Call, event: dict[str, Any]) -> None:
    guild_of(call, "create_events" if event["creator_id"] == str(call.app.user.id) else "manage_events")


def _asked(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """Moments come back as Discord writes them, however they were written."""
    found = {key: body[key] for key in _SETTABLE if key in body}
    for key in _MOMENTS:
        if body.get(key):
            found[key] = call.world.clock.iso(datetime.fromisoformat(body[key]).timestamp())
        elif key in body:
            found[key] = None
    return found


def _shown(call: Call, event: dict[str, Any]) -> dict[str, Any]:
    if call.query.get("with_user_count", "").lower() in ("true", "1"):
        return event
    return {key: value for key, value in event.items() if key != "user_count"}


_EVENTS = "/guilds/{guild_id}/scheduled-events"
_EVENT = f"{_EVENTS}/{{guild_scheduled_event_id}}"
ROUTES: tuple[Route, ...] = (
    Route("GET", _EVENTS, list_events),
    Route("POST", _EVENTS, add_event),
    Route("GET", _EVENT, get_event),
    Route("PATCH", _EVENT, edit_event),
    Route("DELETE", _EVENT, delete_event),
    Route("GET", f"{_EVENT}/users", list_people),
)
