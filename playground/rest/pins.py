"""Pinned messages, at the address they have now and at the one they had before."""

from typing import Any

from playground.errors import DiscordError
from playground.rest.access import channel_of, message_of, must, not_archived
from playground.rest.call import Call, Route
from playground.rest.paging import limit_of
from playground.rest.shown import shown
from playground.world.messages import Message
from playground.world.permissions import may
from playground.world.places import Channel
from playground.world.surroundings import pin

MOST = 250


async def list_pins(call: Call) -> dict[str, Any]:
    """The newest pin first, in pages; `before` is a moment."""
    channel = channel_of(call, "read_message_history")
    limit = limit_of(call.query, 50, 50)
    pinned = [(call.world.clock.iso(one.pinned_at), one) for one in _pinned(call, channel)]
    if (before := call.query.get("before")) is not None:
        pinned = [(at, one) for at, one in pinned if at < before]
    items = [{"pinned_at": at, "message": shown(call, one)} for at, one in pinned[:limit]]
    return {"items": items, "has_more": len(pinned) > limit}


async def list_pins_as_before(call: Call) -> list[dict[str, Any]]:
    return [shown(call, one) for one in _pinned(call, channel_of(call, "read_message_history"))[:50]]


async def pin_message(call: Call) -> None:
    channel, message = _pinnable(call)
    if len(_pinned(call, channel)) >= MOST:
        raise DiscordError(400, 30003, f"Maximum number of pins reached for the channel ({MOST})")
    pin(call.world, message, call.app.user, pinned=True)


async def unpin_message(call: Call) -> None:
    _, message = _pinnable(call)
    pin(call.world, message, call.app.user, pinned=False)


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel, message = message_of(call)
    granted = call.world.permissions(call.app.user.id, channel)
    if channel.guild_id is not None and not may(granted, "pin_messages"):
        must(call, channel, "manage_messages")  # which meant pinning too before that had a permission of its own
    not_archived(channel)
    return channel, message


def _pinned(call: Call, channel: Channel) -> list[Message]:
    there = [one for one in call.world.messages.get(channel.id, {}).values() if one.pinned and not one.is_ephemeral]
    return sorted(there, key=lambda one: one.pinned_at, reverse=True)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/channels/{channel_id}/messages/pins", list_pins),
    Route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", pin_message),
    Route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", unpin_message),
    Route("GET", "/channels/{channel_id}/pins", list_pins_as_before),
    Route("PUT", "/channels/{channel_id}/pins/{message_id}", pin_message),
    Route("DELETE", "/channels/{channel_id}/pins/{message_id}", unpin_message),
)
