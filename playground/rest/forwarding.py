"""A message forwarded from another place: a copy of what it is now."""

from collections.abc import Mapping
from typing import Any

from playground.errors import missing_access, unknown
from playground.rest.call import Call
from playground.world import forms
from playground.world.permissions import may

FORWARD = 1
"""The type of such a reference."""
_COPIED = (
    *("type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp", "edited_timestamp"),
    *("flags", "components"),
)


def forwarded(call: Call, asked: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The reference and the copy. Raises `DiscordError` for a message that the bot does not see."""
    place = call.world.channel(int(asked["channel_id"]))
    if not may(call.world.permissions(call.app.user.id, place), "view_channel", "read_message_history"):
        raise missing_access()
    original = call.world.message(place.id, int(asked["message_id"]))
    if original.is_ephemeral:
        raise unknown("Message")
    form = forms.message(call.world, original)
    guild = {} if place.guild_id is None else {"guild_id": str(place.guild_id)}
    reference = {"type": FORWARD, "channel_id": str(place.id), "message_id": str(original.id)} | guild
    return reference, [{"message": {key: form[key] for key in _COPIED}}]
