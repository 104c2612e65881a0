"""Messages in a channel: read, sent, edited, deleted."""

from typing import Any

from playground.errors import DiscordError
from playground.rest.access import (
    can,
    channel_of,
    guild_of_channel,
    message_of,
    must,
    must_send,
    not_archived,
    own_message_of,
)
from playground.rest.call import Call, Route
from playground.rest.message_body import apply_edit, message_from
from playground.rest.paging import id_of, limit_of
from playground.rest.shown import shown
from playground.world.messages import EPHEMERAL, SUPPRESS_EMBEDS, WRITTEN, Message
from playground.world.places import CATEGORY, DM, FORUM, Channel
from playground.world.surroundings import delete_many, thread_person

NONCE_SECONDS = 300.0
"""For which an enforced nonce is remembered."""
TWO_WEEKS = 14 * 24 * 3600.0


async def list_messages(call: Call) -> list[dict[str, Any]]:
    """The newest first. Whoever may not read the history finds none."""
    channel = channel_of(call)
    limit = limit_of(call.query, 50, 100)
    if not can(call, channel, "read_message_history"):
        return []
    found = [one for one in call.world.messages.get(channel.id, {}).values() if not one.is_ephemeral]
    before, after, around = (id_of(call.query, name) for name in ("before", "after", "around"))
    if around is not None:
        older = [one for one in found if one.id < around][-(limit // 2) :] if limit > 1 else []
        newer = [one for one in found if one.id >= around][: limit - len(older)]
        found = older + newer
    elif before is not None:
        found = [one for one in found if one.id < before][-limit:]
    elif after is not None:
        found = [one for one in found if one.id > after][:limit]
    else:
        found = found[-limit:]
    return [shown(call, one) for one in reversed(found)]


async def get_message(call: Call) -> dict[str, Any]:
    _, message = message_of(call, "read_message_history")
    return shown(call, message)


async def send(call: Call) -> dict[str, Any]:
    channel = channel_of(call)
    may_post(call, channel)
    nonce = (call.body or {}).get("nonce") if (call.body or {}).get("enforce_nonce") else None
    if nonce is not None and (earlier := _sent_with(call, channel, nonce)) is not None:
        return shown(call, earlier)
    message = message_from(call, channel, call.app.user)
    if message.reference is not None:
        _may_reply(call, channel)
    message.flags &= ~EPHEMERAL
    if channel.archived:
        channel.archived = False  # whoever speaks in a thread wakes it
        call.world.change_channel(channel)
    if channel.is_thread:
        thread_person(call.world, channel, call.app.user.id, there=True)
    form = posted(call, message)
    if nonce is not None:
        call.state.nonces[call.app.id, channel.id, str(nonce)] = message
    return form


def may_post(call: Call, channel: Channel) -> None:
    """Raises `DiscordError` where this message may not be sent."""
    if channel.type in (CATEGORY, FORUM):
        raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.type == DM:
        _may_write_to(call, channel)
    must_send(call, channel)
    if channel.locked:
        must(call, channel, "manage_threads")
    body = call.body or {}
    if call.files:
        must(call, channel, "attach_files")
    if body.get("embeds") and not can(call, channel, "embed_links"):
        must(call, channel, "embed_links")
    if body.get("poll"):
        must(call, channel, "send_polls")


def posted(call: Call, message: Message) -> dict[str, Any]:
    """Posts it. Its nonce is told now and never again."""
    call.world.post(message)
    form = shown(call, message)
    message.nonce = None
    return form


async def edit(call: Call) -> dict[str, Any]:
    """Of somebody else's message a moderator may hide the embeds, and nothing more."""
    channel, message = message_of(call)
    only_flags = set(call.body or {}) == {"flags"}
    if message.author is not call.app.user and only_flags and not call.files:
        must(call, channel, "manage_messages")
        message.flags = message.flags & ~SUPPRESS_EMBEDS | call.body["flags"] & SUPPRESS_EMBEDS
        call.world.edited(message, shows=False)
        return shown(call, message)
    own_message_of(call)
    if message.type not in WRITTEN:
        raise DiscordError(403, 50021, "Cannot execute action on a system message")
    not_archived(channel)
    apply_edit(call, message)
    call.world.edited(message, shows=not only_flags)
    return shown(call, message)


async def delete(call: Call) -> None:
    channel, message = message_of(call)
    if message.author is not call.app.user:
        guild_of_channel(call, channel)
        must(call, channel, "manage_messages")
    not_archived(channel)
    call.world.delete(message)


async def bulk_delete(call: Call) -> None:
    channel = channel_of(call)
    guild_of_channel(call, channel)
    must(call, channel, "manage_messages")
    ids = [int(id) for id in (call.body or {}).get("messages", ())]
    if not 2 <= len(ids) <= 100:
        raise DiscordError(400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and "
                           "fewer than 100 messages to delete")  # fmt: skip
    oldest = call.world.new_id.at(call.world.clock.now() - TWO_WEEKS)
    if any(id < oldest for id in ids):
        raise DiscordError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    delete_many(call.world, channel, ids)


def _sent_with(call: Call, channel: Channel, nonce: Any) -> Message | None:
    """The message that this nonce already made, if that is not long ago."""
    nonces = call.state.nonces
    oldest = call.world.new_id.at(call.world.clock.now() - NONCE_SECONDS)
    for key in [key for key, message in nonces.items() if message.id < oldest]:
        del nonces[key]
    return nonces.get((call.app.id, channel.id, str(nonce)))


def _may_reply(call: Call, channel: Channel) -> None:
    if not can(call, channel, "read_message_history"):
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")


def _may_write_to(call: Call, channel: Channel) -> None:
    """A bot may write to people it shares a server with, and to those who installed it."""
    for id in channel.recipients:
        if id == call.app.user.id:
            continue
        shares = any(id in one.members and call.app.user.id in one.members for one in call.world.guilds.values())
        closed = call.world.users[id].bot or id in call.world.closed_to_direct
        if closed or not (shares or id in call.app.installed_by):
            raise DiscordError(403, 50007, "Cannot send messages to this user")


_MESSAGES = "/channels/{channel_id}/messages"
ROUTES: tuple[Route, ...] = (
    Route("GET", _MESSAGES, list_messages),
    Route("POST", _MESSAGES, send),
    Route("POST", f"{_MESSAGES}/bulk-delete", bulk_delete),
    Route("GET", f"{_MESSAGES}/{{message_id}}", get_message),
    Route("PATCH", f"{_MESSAGES}/{{message_id}}", edit),
    Route("DELETE", f"{_MESSAGES}/{{message_id}}", delete),
)
