"""Application commands: registered globally or for one server, listed, changed, removed."""

from typing import Any

from playground.errors import DiscordError, invalid_form, missing_access, unknown
from playground.rest.call import Call, Route
from playground.rest.command_form import body_of, shown
from playground.world.apps import CHAT_INPUT, MESSAGE, USER, Application, Command
from playground.world.events import Event
from playground.world.world import World

MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
"""Commands of a type, in one scope."""
MADE_A_DAY = 200
DAY = 24 * 3600.0
Json = dict[str, Any]


async def list_commands(call: Call) -> list[Json]:
    app, guild_id = _scope(call)
    translations = call.query.get("with_localizations", "").lower() in ("true", "1")
    return [shown(command, translations=translations) for command in app.in_scope(guild_id)]


async def create_command(call: Call) -> tuple[int, Json]:
    """One of the same name and type is replaced."""
    app, guild_id = _scope(call)
    body = body_of(call.body, guild_id)
    before = _same(app, guild_id, body)
    if before is None:
        _count(app, guild_id, [*(one.body for one in app.in_scope(guild_id)), body])
        _note_made(call.world, app, guild_id, 1)
    command = _put(call.world, app, guild_id, body, before)
    _tell(call.world, app)
    return (201 if before is None else 200), shown(command)


async def set_commands(call: Call) -> list[Json]:
    """All of a scope at once. A command keeps its id as long as its name and type, and its version as long as all."""
    app, guild_id = _scope(call)
    bodies = [body_of(given, guild_id) for given in call.body]
    _count(app, guild_id, bodies)
    kept = [_same(app, guild_id, body) for body in bodies]
    _note_made(call.world, app, guild_id, kept.count(None))
    for command in app.in_scope(guild_id):
        if command not in kept:
            del app.commands[command.id]
    found = [_put(call.world, app, guild_id, body, before) for body, before in zip(bodies, kept, strict=True)]
    _tell(call.world, app)
    return [shown(command) for command in found]


async def get_command(call: Call) -> Json:
    return shown(_command(call))


async def edit_command(call: Call) -> Json:
    command = _command(call)
    body = body_of(command.body | call.body | {"type": command.type}, command.guild_id)
    other = _same(call.app, command.guild_id, body)
    if other is not None and other is not command:
        sentence = "Application command names must be unique"
        raise invalid_form({"name": ("APPLICATION_COMMANDS_DUPLICATE_NAME", sentence)})
    _put(call.world, call.app, command.guild_id, body, command)
    _tell(call.world, call.app)
    return shown(command)


async def delete_command(call: Call) -> None:
    command = _command(call)
    del call.app.commands[command.id]
    _tell(call.world, call.app)


async def list_permissions(call: Call) -> list[Json]:
    app, guild_id = _scope(call)
    assert guild_id is not None
    return [_rules(app, guild_id, id, rules) for (place, id), rules in app.command_rules.items() if place == guild_id]


async def get_permissions(call: Call) -> Json:
    app, guild_id = _scope(call)
    id = call.id("command_id")
    if guild_id is None or (guild_id, id) not in app.command_rules:
        raise DiscordError(404, 10066, "Unknown application command permissions")
    return _rules(app, guild_id, id, app.command_rules[guild_id, id])


async def set_permissions(call: Call) -> Json:
    """A server's managers set them, with a token of their own; a bot may not."""
    _scope(call)
    raise DiscordError(403, 20001, "Bots cannot use this endpoint")


def _scope(call: Call) -> tuple[Application, int | None]:
    """The bot's application, and the server that the path names."""
    if call.id("application_id") != call.app.id:
        raise DiscordError(403, 20012, "You are not authorized to perform this action on this application")
    if "guild_id" not in call.params:
        return call.app, None
    guild = call.world.guilds.get(call.id("guild_id"))
    if guild is None or call.app.user.id not in guild.members:
        raise missing_access()
    return call.app, guild.id


def _command(call: Call) -> Command:
    app, guild_id = _scope(call)
    command = app.commands.get(call.id("command_id"))
    if command is None or command.guild_id != guild_id:
        raise unknown("application command")
    return command


def _same(app: Application, guild_id: int | None, body: Json) -> Command | None:
    return next((c for c in app.in_scope(guild_id) if (c.name, c.type) == (body["name"], body["type"])), None)


def _put(world: World, app: Application, guild_id: int | None, body: Json, before: Command | None) -> Command:
    if before is None:
        id = world.new_id()
        before = app.commands[id] = Command(id, app.id, world.new_id(), guild_id, body)
    elif before.body != body:
        before.body = body
        before.version = world.new_id()
    return before


def _count(app: Application, guild_id: int | None, bodies: list[Json]) -> None:
    for type, most in MOST.items():
        if sum(body["type"] == type for body in bodies) > most:
            raise DiscordError(400, 30032, f"Maximum number of application commands reached ({most}).")


def _note_made(world: World, app: Application, guild_id: int | None, number: int) -> None:
    """Raises `DiscordError` where more than a day's commands are made."""
    now = world.clock.now()
    made = app.commands_made[guild_id] = [at for at in app.commands_made.get(guild_id, []) if at > now - DAY]
    if number and len(made) + number > MADE_A_DAY:
        sentence = f"Max number of daily application command creates has been reached ({MADE_A_DAY})"
        wait = made[0] + DAY - now if made else DAY
        raise DiscordError(429, 30034, sentence, retry_after=round(wait, 3))
    made += [now] * number


def _rules(app: Application, guild_id: int, id: int, rules: list[Json]) -> Json:
    return {"id": str(id), "application_id": str(app.id), "guild_id": str(guild_id), "permissions": rules}


def _tell(world: World, app: Application) -> None:
    """Pages are told, no bot."""
    for user in world.users.values():
        if not user.bot:
            world.tell(Event(name="COMMANDS", data={"application": str(app.id)}, only_for=user.id))


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES: tuple[Route, ...] = (
    *(
        Route(method, place + rest, handler)
        for place in (_GLOBAL, _GUILD)
        for method, rest, handler in (
            ("GET", "", list_commands),
            ("POST", "", create_command),
            ("PUT", "", set_commands),
            ("GET", "/{command_id}", get_command),
            ("PATCH", "/{command_id}", edit_command),
            ("DELETE", "/{command_id}", delete_command),
        )
    ),
    Route("GET", _GUILD + "/permissions", list_permissions),
    Route("GET", _GUILD + "/{command_id}/permissions", get_permissions),
    Route("PUT", _GUILD + "/{command_id}/permissions", set_permissions),
)
