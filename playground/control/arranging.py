"""What is arranged from outside: languages, installations, channels, members, the time."""

from datetime import UTC, datetime
from typing import Any

from playground.control.asking import Ask, nothing_there
from playground.control.views import channel as channel_view
from playground.interactions.errors import Refused
from playground.world import forms
from playground.world.apps import Application
from playground.world.demo import BOT
from playground.world.events import Event
from playground.world.places import (
    CATEGORY,
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    THREADS,
    Channel,
    Overwrite,
)
from playground.world.surroundings import leave

Json = dict[str, Any]
_SETTABLE: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "nsfw": bool,
    "topic": (str, type(None)),
    "position": int,
    "archived": bool,
}
"""Of a channel, and what each is."""
_KINDS = (TEXT, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM)


async def user(ask: Ask) -> Json:
    """Somebody new, in no server yet."""
    name = ask.text("name")
    if not name:
        raise Refused("name is missing.")
    fields = {key: ask.text(key) for key in ("global_name", "locale", "colour") if ask.given.get(key)}
    made = ask.world.add_user(name, **fields)
    return made.to_json() | {"colour": made.colour, "locale": made.locale}


async def locale(ask: Ask) -> None:
    ask.person.user.locale = ask.text("locale", "en-US")


async def user_install(ask: Ask) -> None:
    person, app = ask.person.user, _application(ask)
    (app.installed_by.add if ask.flag("installed") else app.installed_by.discard)(person.id)
    _tell_commands(ask, app)


async def guild_install(ask: Ask) -> None:
    app, guild = _application(ask), ask.world.guild(ask.id("guild"))
    inside = app.user.id in guild.members
    if ask.flag("installed") and not inside:
        ask.world.install(app, guild, BOT)
    elif inside and not ask.flag("installed"):
        leave(ask.world, guild, app)
    _tell_commands(ask, app)


async def channel(ask: Ask) -> Json:
    """A new one, or one that is there (`channel`) changed."""
    settings = {key: ask.given[key] for key in _SETTABLE if key in ask.given}
    if wrong := next((key for key, value in settings.items() if not isinstance(value, _SETTABLE[key])), None):
        raise Refused(f"{wrong} is not of the right kind.")
    if ask.given.get("channel"):
        found = ask.world.channel(ask.id("channel"))
        for key, value in settings.items():
            setattr(found, key, value)
        _set_overwrites(ask, found)
        ask.world.change_channel(found)
    else:
        guild = ask.world.guild(ask.id("guild"))
        kind = int(ask.number("type", TEXT))
        parent = ask.id("parent_id") if ask.given.get("parent_id") else None
        if (
            kind not in _KINDS
            or (parent is None and kind in THREADS)
            or (parent is not None and parent not in guild.channels)
        ):
            raise Refused("A channel is of type 0, 4 or 15; a thread is of type 11 or 12, in a channel of that server.")
        name = str(settings.pop("name", "channel"))
        found = ask.world.add_channel(guild, kind, name, parent_id=parent, **settings)
        _set_overwrites(ask, found)
    return channel_view(ask.person, found)


async def member(ask: Ask) -> Json:
    guild, user = ask.world.guild(ask.id("guild")), ask.world.user(ask.id("user"))
    if user.id not in guild.members:
        ask.world.join(guild, user)
    found = guild.members[user.id]
    if "roles" in ask.given:
        roles = ask.ids("roles")
        if not roles <= set(guild.roles):
            raise nothing_there("role in that server")
        found.roles = roles - {guild.id}
    if "nick" in ask.given:
        found.nick = ask.text("nick") or None
    if ask.given.get("joined_at") is not None:
        found.joined_at = _moment(ask.given["joined_at"])
    if "timed_out_until" in ask.given:
        until = ask.given["timed_out_until"]
        found.timed_out_until = None if until is None else _moment(until)
    ask.world.change_member(guild, found)
    return forms.member(ask.world, found)


async def rules(ask: Ask) -> None:
    """Who may use a command in a server (all of the application's, where no command is named): what the server says
    itself, as Discord's form for command permissions has it."""
    app, guild = _application(ask), ask.world.guild(ask.id("guild"))
    id = ask.id("command") if ask.given.get("command") else app.id
    if id not in (app.id, *app.commands):
        raise nothing_there("command")
    permissions = ask.tables("permissions")
    for one in permissions:
        kinds = (one.get("type") in (1, 2, 3), isinstance(one.get("permission"), bool), str(one.get("id")).isdigit())
        if not all(kinds):
            raise Refused("permissions are a list of {id, type, permission}.")
    app.command_rules[guild.id, id] = [one | {"id": str(one["id"])} for one in permissions]
    data = {"id": str(id), "application_id": str(app.id), "guild_id": str(guild.id), "permissions": permissions}
    ask.world.tell(Event(name="APPLICATION_COMMAND_PERMISSIONS_UPDATE", data=data, application_id=app.id))
    _tell_commands(ask, app)


async def clock(ask: Ask) -> Json:
    try:
        ask.world.clock.advance(ask.number("advance", 0.0))
    except ValueError as wrong:
        raise Refused(f"{wrong}.".capitalize()) from wrong
    now = {"now": ask.world.clock.now()}
    tell_people(ask, "CLOCK", now)
    return now


def tell_people(ask: Ask, name: str, data: Json) -> None:
    """An event of the control surface alone: no bot hears it."""
    for user in ask.world.users.values():
        if not user.bot:
            ask.world.tell(Event(name=name, data=data, only_for=user.id))


def _tell_commands(ask: Ask, app: Application) -> None:
    tell_people(ask, "COMMANDS", {"application": str(app.id)})


def _application(ask: Ask) -> Application:
    if (app := ask.world.applications.get(ask.id("application"))) is None:
        raise nothing_there("application")
    return app


def _set_overwrites(ask: Ask, channel: Channel) -> None:
    if "permission_overwrites" in ask.given:
        try:
            channel.overwrites = {
                int(one["id"]): Overwrite(
                    int(one["id"]), int(one["type"]), int(one.get("allow", 0)), int(one.get("deny", 0))
                )
                for one in ask.list("permission_overwrites")
            }
        except (KeyError, TypeError, ValueError):
            raise Refused("permission_overwrites are a list of {id, type, allow, deny}.") from None


def _moment(written: object) -> float:
    """Unix seconds, or as Discord writes a moment."""
    try:
        if isinstance(written, int | float):
            datetime.fromtimestamp(written, UTC)  # is one that can be written
            return float(written)
        return datetime.fromisoformat(str(written)).timestamp()
    except (ValueError, OverflowError, OSError):
        raise Refused("A moment is Unix seconds, or as 2026-01-31T12:00:00+00:00.") from None
