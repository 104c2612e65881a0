"""Reactions to messages."""

import unicodedata
from typing import Any

from playground.errors import DiscordError
from playground.rest.access import can, message_of, must, not_archived
from playground.rest.call import Call, Route
from playground.rest.paging import id_of, limit_of
from playground.world.messages import Message
from playground.world.surroundings import clear_reactions

MOST = 20
"""Different emojis on one message."""


async def react(call: Call) -> None:
    channel, message = message_of(call, "read_message_history")
    not_archived(channel)
    emoji = _emoji(call)
    if emoji not in message.reactions:
        must(call, channel, "add_reactions")
        if len(message.reactions) >= MOST:
            raise DiscordError(400, 30010, f"Maximum number of reactions reached ({MOST})")
    call.world.react(message, call.app.user, emoji)


async def unreact(call: Call) -> None:
    channel, message = message_of(call)
    not_archived(channel)
    call.world.unreact(message, call.app.user, _on(message, call))


async def unreact_other(call: Call) -> None:
    channel, message = message_of(call, "manage_messages")
    not_archived(channel)
    call.world.unreact(message, call.world.user(call.id("user_id")), _on(message, call))


async def list_people(call: Call) -> list[dict[str, Any]]:
    channel, message = message_of(call)
    if not can(call, channel, "read_message_history"):
        return []
    after, limit = id_of(call.query, "after") or 0, limit_of(call.query, 25, 100)
    people = sorted(id for id in message.reactions.get(_emoji(call), ()) if id > after)
    return [call.world.users[id].to_json() for id in people[:limit]]


async def clear(call: Call) -> None:
    _, message = message_of(call, "manage_messages")
    clear_reactions(call.world, message)


async def clear_one(call: Call) -> None:
    _, message = message_of(call, "manage_messages")
    clear_reactions(call.world, message, _on(message, call))


def _on(message: Message, call: Call) -> str:
    """An emoji that was reacted with, also where it is written in another way."""
    asked = _emoji(call)
    id = asked.partition(":")[2]
    return next((one for one in message.reactions if id and one.endswith(f":{id}")), asked)


def _emoji(call: Call) -> str:
    """A character, or name:id of one that there is. Raises `DiscordError` for anything else."""
    written = str(call.params["emoji_name"]).removeprefix("a:")
    name, _, id = written.partition(":")
    if id:
        if id.isdigit() and int(id) in _custom(call):
            return written
    elif (name and not name.isascii()) or _is_keycap(name):
        return written
    raise DiscordError(400, 10014, "Unknown Emoji")


def _custom(call: Call) -> set[int]:
    found = set(call.app.emojis)
    for guild in call.world.guilds.values():
        found |= set(guild.emojis)
    return found


def _is_keycap(written: str) -> bool:
    """Such as 1️⃣: a digit, and a mark that is put around it."""
    return any(unicodedata.combining(one) or one == "\N{COMBINING ENCLOSING KEYCAP}" for one in written)


_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions"
ROUTES: tuple[Route, ...] = (
    Route("DELETE", _REACTIONS, clear),
    Route("GET", f"{_REACTIONS}/{{emoji_name}}", list_people),
    Route("DELETE", f"{_REACTIONS}/{{emoji_name}}", clear_one),
    Route("PUT", f"{_REACTIONS}/{{emoji_name}}/@me", react),
    Route("DELETE", f"{_REACTIONS}/{{emoji_name}}/@me", unreact),
    Route("DELETE", f"{_REACTIONS}/{{emoji_name}}/{{user_id}}", unreact_other),
)
