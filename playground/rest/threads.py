"""Threads: begun from a message, alone, or as a post in a forum; and the people in them."""

from typing import Any

from playground.errors import DiscordError, unknown
from playground.rest.access import (
    channel_of,
    guild_of_channel,
    message_of,
    must,
    must_send,
    not_archived,
    thread_of,
)
from playground.rest.call import Call, Route
from playground.rest.channel_body import thread_settings_from
from playground.rest.message_body import message_from
from playground.rest.messages import posted
from playground.rest.paging import id_of, limit_of
from playground.world import forms
from playground.world.messages import THREAD_CREATED, THREAD_STARTER, Message
from playground.world.places import FORUM, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel
from playground.world.surroundings import thread_person

HAS_THREAD = 1 << 5
"""A flag of a message."""


async def start_from_message(call: Call) -> tuple[int, dict[str, Any]]:
    channel, message = message_of(call, "create_public_threads", "read_message_history")
    if channel.type != TEXT:
        raise _wrong_kind()
    if message.thread_id is not None:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    thread = _begin(call, channel, PUBLIC_THREAD, id=message.id)
    message.thread_id = thread.id
    message.flags |= HAS_THREAD
    call.world.edited(message, shows=False)
    reference = {"type": 0, "channel_id": str(channel.id), "message_id": str(message.id)}
    reference["guild_id"] = str(channel.guild_id)
    _write(call, thread, THREAD_STARTER, reference)
    return 201, _form(call, thread)


async def start(call: Call) -> tuple[int, dict[str, Any]]:
    """In a forum with its first message; elsewhere without one."""
    channel = channel_of(call)
    guild_of_channel(call, channel)
    if channel.type == FORUM:
        return 201, _post(call, channel)
    if channel.type != TEXT:
        raise _wrong_kind()
    kind = (call.body or {}).get("type") or PRIVATE_THREAD
    if kind not in (PUBLIC_THREAD, PRIVATE_THREAD):
        raise _wrong_kind()
    must(call, channel, "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads")
    thread = _begin(call, channel, kind)
    if kind == PUBLIC_THREAD:
        about = {"type": 0, "channel_id": str(thread.id), "guild_id": str(thread.guild_id)}
        _write(call, channel, THREAD_CREATED, about, thread.name)
    return 201, _form(call, thread)


async def list_people(call: Call) -> list[dict[str, Any]]:
    thread = thread_of(call)
    after, limit = id_of(call.query, "after") or 0, limit_of(call.query, 100, 100)
    return [_person(call, thread, id) for id in sorted(thread.people) if id > after][:limit]


async def get_person(call: Call) -> dict[str, Any]:
    thread, id = thread_of(call), call.id("user_id")
    if id not in thread.people:
        raise unknown("Member")
    return _person(call, thread, id)


async def join(call: Call) -> None:
    thread = thread_of(call)
    not_archived(thread)
    thread_person(call.world, thread, call.app.user.id, there=True)


async def leave(call: Call) -> None:
    thread = thread_of(call)
    not_archived(thread)
    thread_person(call.world, thread, call.app.user.id, there=False)


async def add_person(call: Call) -> None:
    thread = thread_of(call)
    must_send(call, thread)
    not_archived(thread)
    member = call.world.member(thread.guild_id or 0, call.id("user_id"))
    thread_person(call.world, thread, member.user.id, there=True)


async def remove_person(call: Call) -> None:
    thread = thread_of(call)
    if thread.owner_id != call.app.user.id or thread.type != PRIVATE_THREAD:
        must(call, thread, "manage_threads")
    not_archived(thread)
    thread_person(call.world, thread, call.id("user_id"), there=False)


async def list_archived(call: Call) -> dict[str, Any]:
    return _archived(call, PUBLIC_THREAD, channel_of(call, "read_message_history"))


async def list_archived_private(call: Call) -> dict[str, Any]:
    return _archived(call, PRIVATE_THREAD, channel_of(call, "read_message_history", "manage_threads"))


def _archived(call: Call, kind: int, channel: Channel) -> dict[str, Any]:
    """The one archived last comes first; `before` is a moment."""
    there = guild_of_channel(call, channel).channels.values()
    found = [one for one in there if one.parent_id == channel.id and one.type == kind and one.archived]
    found.sort(key=lambda one: one.archived_at, reverse=True)
    limit = limit_of(call.query, 50, 100)
    if before := call.query.get("before"):
        found = [one for one in found if call.world.clock.iso(one.archived_at) < before]
    threads = [forms.channel(call.world, one) for one in found[:limit]]
    return {"threads": threads, "members": [], "has_more": len(found) > limit}


def _post(call: Call, forum: Channel) -> dict[str, Any]:
    """A post's first message has the post's own id."""
    must(call, forum, "send_messages")
    body = (call.body or {}).get("message") or {}
    message = message_from(call, forum, call.app.user, body=body)
    thread = _begin(call, forum, PUBLIC_THREAD, id=message.id)
    message.channel_id = thread.id
    return _form(call, thread) | {"message": posted(call, message)}


def _begin(call: Call, parent: Channel, kind: int, *, id: int | None = None) -> Channel:
    fields = thread_settings_from(call.body or {})
    name, guild = str(fields.pop("name")), guild_of_channel(call, parent)
    return call.world.add_channel(guild, kind, name, id=id, parent_id=parent.id, owner_id=call.app.user.id, **fields)


def _write(call: Call, channel: Channel, kind: int, reference: dict[str, Any], content: str = "") -> None:
    """A message of Discord's own about a message or a thread."""
    call.world.post(Message(call.world.new_id(), channel.id, call.app.user, kind, content, reference=reference))


def _form(call: Call, thread: Channel) -> dict[str, Any]:
    member = forms.thread_member(call.world, thread, call.app.user.id)
    return forms.channel(call.world, thread) | {"member": member}


def _person(call: Call, thread: Channel, id: int) -> dict[str, Any]:
    form = forms.thread_member(call.world, thread, id)
    if call.query.get("with_member", "").lower() in ("true", "1"):
        form["member"] = forms.member(call.world, call.world.member(thread.guild_id or 0, id))
    return form


def _wrong_kind() -> DiscordError:
    return DiscordError(400, 50024, "Cannot execute action on this channel type")


_THREAD = "/channels/{channel_id}/thread-members"
ROUTES: tuple[Route, ...] = (
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", start_from_message),
    Route("POST", "/channels/{channel_id}/threads", start),
    Route("GET", "/channels/{channel_id}/threads/archived/public", list_archived),
    Route("GET", "/channels/{channel_id}/threads/archived/private", list_archived_private),
    Route("GET", _THREAD, list_people),
    Route("PUT", f"{_THREAD}/@me", join),
    Route("DELETE", f"{_THREAD}/@me", leave),
    Route("GET", f"{_THREAD}/{{user_id}}", get_person),
    Route("PUT", f"{_THREAD}/{{user_id}}", add_person),
    Route("DELETE", f"{_THREAD}/{{user_id}}", remove_person),
)
