"""Which commands a person may use in a channel, and what they are called in that person's language."""

from collections.abc import Mapping
from typing import Any

from playground.interactions.payload import context, owners
from playground.world.apps import FOR_GUILD, FOR_USER, IN_GUILD, Application, Command
from playground.world.people import User
from playground.world.permissions import ADMINISTRATOR, bits
from playground.world.places import Channel
from playground.world.world import World

_STANDS_IN = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}


def available(world: World, person: User, channel: Channel) -> list[Command]:
    """In the order of their names; the server's own ones stand before global ones of the same name."""
    found: dict[tuple[int, int, str], Command] = {}
    for app in world.applications.values():
        for command in [*app.in_scope(None), *([] if channel.guild_id is None else app.in_scope(channel.guild_id))]:
            if may_use(world, person, channel, app, command):
                found[app.id, command.type, command.name] = command
    return sorted(found.values(), key=lambda command: (command.name, command.id))


def may_use(world: World, person: User, channel: Channel, app: Application, command: Command) -> bool:
    allowed = world.permissions(person.id, channel)
    body = command.body
    if not allowed & bits("use_application_commands") or body.get("type", 1) not in (1, 2, 3):
        return False
    by = owners(world, app, channel, person, command)
    if not by or (command.guild_id is not None and str(FOR_GUILD) not in by):
        return False
    if not _fits(command, context(channel, app)):
        return False
    if channel.guild_id is None:
        return True
    if body["nsfw"] and not is_age_restricted(world, channel):
        return False
    if set(by) == {str(FOR_USER)}:
        return True  # what a server's people may do with commands is about those installed in the server
    return _is_allowed(world, person, channel, app, command, allowed)


def is_age_restricted(world: World, channel: Channel) -> bool:
    """A thread is where its parent is."""
    if channel.is_thread and channel.parent_id is not None:
        channel = world.channel(channel.parent_id)
    return channel.nsfw


def _fits(command: Command, where: int) -> bool:
    contexts = command.body["contexts"]
    if command.guild_id is not None:
        return where == IN_GUILD
    if contexts is None:
        return where == IN_GUILD or command.body["dm_permission"] is not False
    return where in contexts


def _is_allowed(world: World, person: User, channel: Channel, app: Application, command: Command, allowed: int) -> bool:
    """By what the application asks for, which the server's own rule for the command overrules."""
    assert channel.guild_id is not None
    if allowed & ADMINISTRATOR:
        return True
    rules = _rules(app, channel.guild_id, command)
    member = world.member(channel.guild_id, person.id)
    mine = {str(person.id), str(channel.guild_id), *(str(role) for role in member.roles)}
    in_place = {str(channel.id), str(channel.guild_id - 1)} | ({str(channel.parent_id)} if channel.is_thread else set())
    if any(rule["type"] == 3 and rule["id"] in in_place and not rule["permission"] for rule in rules):
        return False
    own = [rule["permission"] for rule in rules if rule["type"] != 3 and rule["id"] in mine]
    if own:
        return any(own)
    needed = command.body["default_member_permissions"]
    if needed is None:
        return True
    return int(needed) != 0 and allowed & int(needed) == int(needed)


def _rules(app: Application, guild_id: int, command: Command) -> list[dict[str, Any]]:
    return app.command_rules.get((guild_id, command.id)) or app.command_rules.get((guild_id, app.id)) or []


def shown(command: Command, app: Application, locale: str) -> dict[str, Any]:
    """Discord's form, with all names as that person reads them."""
    return _shown(command.to_json(), locale) | {"application": {"id": str(app.id), "user": app.user.to_json()}}


def _shown(form: Mapping[str, Any], locale: str) -> dict[str, Any]:
    found = dict(form)
    for what in ("name", "description"):
        if what in form:
            found[f"shown_{what}"] = in_language(form[what], form.get(f"{what}_localizations"), locale)
    for parts in ("options", "choices"):
        if parts in form:
            found[parts] = [_shown(part, locale) for part in form[parts]]
    return found


def in_language(written: str, translations: Mapping[str, str] | None, locale: str) -> str:
    """Some languages stand in for others, before what is written for everybody."""
    known = translations or {}
    return known.get(locale) or known.get(_STANDS_IN.get(locale, "")) or written
