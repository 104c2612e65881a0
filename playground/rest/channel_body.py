"""What a request says of a channel, as the world keeps it."""

from collections.abc import Mapping
from typing import Any

from playground.errors import invalid_form
from playground.rest.call import Call
from playground.world.places import CATEGORY, Guild, Overwrite

_PLAIN = {"name": "name", "topic": "topic", "nsfw": "nsfw", "position": "position", "rate_limit_per_user": "slowmode"}
_THREAD = {
    "name": "name",
    "archived": "archived",
    "locked": "locked",
    "auto_archive_duration": "archive_minutes",
    "rate_limit_per_user": "slowmode",
}
"""Keys of the body, and the fields of `Channel` that they set."""


def settings_from(call: Call, body: Mapping[str, Any], guild: Guild) -> dict[str, Any]:
    """Fields of a channel that is not a thread, without its name and its type."""
    fields = {field: body[key] for key, field in _PLAIN.items() if body.get(key) is not None and key != "name"}
    if "parent_id" in body:
        fields["parent_id"] = _category(body["parent_id"], guild)
    if body.get("permission_overwrites") is not None:
        found = [overwrite_from(one) for one in body["permission_overwrites"]]
        fields["overwrites"] = {one.id: one for one in found}
    if body.get("available_tags") is not None:
        fields["tags"] = [_tag(call, one) for one in body["available_tags"]]
    return fields


def thread_settings_from(body: Mapping[str, Any]) -> dict[str, Any]:
    fields = {field: body[key] for key, field in _THREAD.items() if body.get(key) is not None}
    if body.get("applied_tags") is not None:
        fields["applied_tags"] = [int(tag) for tag in body["applied_tags"]]
    return fields


def overwrite_from(asked: Mapping[str, Any]) -> Overwrite:
    kind = {"role": 0, "member": 1}.get(asked["type"], asked["type"])
    return Overwrite(int(asked["id"]), int(kind), int(asked.get("allow") or 0), int(asked.get("deny") or 0))


def _tag(call: Call, asked: Mapping[str, Any]) -> dict[str, Any]:
    rest = {"moderated": False, "emoji_id": None, "emoji_name": None} | dict(asked)
    return rest | {"id": str(asked.get("id") or call.world.new_id())}


def _category(asked: Any, guild: Guild) -> int | None:
    if asked is None:
        return None
    parent = guild.channels.get(int(asked))
    if parent is None or parent.type != CATEGORY:
        raise invalid_form({"parent_id": ("CHANNEL_PARENT_INVALID", "Category does not exist")})
    return parent.id
