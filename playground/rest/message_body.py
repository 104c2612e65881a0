"""A message made or changed by the body of a request: one for channels, webhooks and interactions."""

from collections.abc import Mapping
from typing import Any

from playground.errors import DiscordError, invalid_form
from playground.limits.codes import LEGACY_FIELD
from playground.pictures import content_type, safe_name, size
from playground.rest.call import Call, Upload
from playground.rest.component_tree import filled_in
from playground.rest.forwarding import FORWARD, forwarded
from playground.rest.mentions import find_mentions
from playground.rest.poll_body import poll_from
from playground.world.messages import COMPONENTS_V2, EPHEMERAL, REPLY, SUPPRESS_EMBEDS, Attachment, Message
from playground.world.people import User
from playground.world.places import Channel
from playground.world.world import World

SUPPRESS_NOTIFICATIONS = 1 << 12
SETTABLE = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
"""Flags that a request may set."""


def message_from(
    call: Call, channel: Channel, author: User, *, body: Mapping[str, Any] | None = None, **fields: Any
) -> Message:
    """A new message, not posted yet. `body` is where the message is, if that is not all of the request's body (a
    callback's `data`); `fields` are those of `Message` that the request does not decide. Raises `DiscordError`."""
    asked = (call.body or {}) if body is None else body
    message = Message(call.world.new_id(), channel.id, author)
    message.content = asked.get("content") or ""
    message.embeds = [_embed(one) for one in asked.get("embeds") or ()]
    message.components = filled_in(asked.get("components") or [])
    message.attachments = _new_files(call, asked.get("attachments"))
    message.flags = (asked.get("flags") or 0) & SETTABLE
    message.nonce = asked.get("nonce")
    message.tts = bool(asked.get("tts"))
    if (poll := asked.get("poll")) is not None:
        message.poll = poll_from(call.world, poll)
    if (reference := asked.get("message_reference")) is not None and reference.get("type") == FORWARD:
        message.reference, message.snapshots = forwarded(call, reference)
    elif reference is not None:
        message.type, message.reference = REPLY, _reference(call.world, channel, reference)
    for name, value in fields.items():
        setattr(message, name, value)
    if message.type == REPLY and message.reference is None:
        message.type = 0
    find_mentions(call.world, channel, message, asked.get("allowed_mentions"))
    _not_empty(message)
    return message


def apply_edit(call: Call, message: Message, *, body: Mapping[str, Any] | None = None) -> None:
    """Changes a message as a PATCH asks: what the body does not name stays. Tells nobody: `World.edited` does.
    Raises `DiscordError`, and then nothing was changed."""
    asked = (call.body or {}) if body is None else body
    kept = _kept_files(message, asked.get("attachments")) if "attachments" in asked else list(message.attachments)
    attachments = kept + _new_files(call, asked.get("attachments"))
    changed = {
        "content": (asked["content"] or "") if "content" in asked else message.content,
        "embeds": [_embed(one) for one in asked["embeds"] or ()] if "embeds" in asked else message.embeds,
        "components": filled_in(asked["components"] or []) if "components" in asked else message.components,
        "flags": _edited_flags(message.flags, asked.get("flags")),
        "poll": poll_from(call.world, asked["poll"]) if asked.get("poll") else message.poll,
        "attachments": attachments,
    }
    _no_legacy(changed)
    before = {name: getattr(message, name) for name in changed}
    _set(message, changed)
    try:
        _not_empty(message)
    except DiscordError:
        _set(message, before)
        raise
    if "content" in asked or "components" in asked or "allowed_mentions" in asked:
        find_mentions(call.world, call.world.channel(message.channel_id), message, asked.get("allowed_mentions"))


def attachment_from(world: World, upload: Upload, description: str | None = None) -> Attachment:
    """A file as Discord keeps it."""
    name = safe_name(upload.filename)
    width, height = size(upload.data) or (None, None)
    spoiler = name.startswith("SPOILER_")
    return Attachment(
        world.new_id(), name, upload.data, content_type(name), description, width, height, spoiler=spoiler
    )


def _new_files(call: Call, listed: Any) -> list[Attachment]:
    said = {str(one["id"]): one for one in listed or () if "id" in one}
    files = []
    for upload in call.files:
        about = said.get(str(upload.index), {})
        named = Upload(upload.index, about.get("filename") or upload.filename, upload.content_type, upload.data)
        files.append(attachment_from(call.world, named, about.get("description")))
    return files


def _kept_files(message: Message, listed: Any) -> list[Attachment]:
    kept = []
    said = {str(one["id"]): one for one in listed or () if "id" in one}
    for attachment in message.attachments:
        if (about := said.get(str(attachment.id))) is not None:
            attachment.description = about.get("description", attachment.description)
            kept.append(attachment)
    return kept


def _embed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """With what Discord fills in; parts that are null are left out, as it does."""
    embed = {key: value for key, value in asked.items() if value is not None}
    if "fields" in embed:
        embed["fields"] = [{"inline": False} | dict(field) for field in embed["fields"]]
    return {"type": "rich"} | embed | {"content_scan_version": 0}


def _edited_flags(now: int, asked: int | None) -> int:
    if asked is None:
        return now
    changeable = SUPPRESS_EMBEDS | COMPONENTS_V2
    return now & ~SUPPRESS_EMBEDS | asked & changeable


def _reference(world: World, channel: Channel, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of the message that is answered; None where it is gone and the body does not mind."""
    place = int(asked.get("channel_id") or channel.id)
    id = int(asked["message_id"])
    found = world.messages.get(place, {}).get(id)
    if place != channel.id or found is None or found.is_ephemeral:
        if asked.get("fail_if_not_exists", True):
            raise invalid_form({"message_reference": ("REPLIES_UNKNOWN_MESSAGE", "Unknown message")})
        return None
    guild = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    return {"type": 0, "channel_id": str(channel.id), "message_id": str(id)} | guild


def _no_legacy(changed: Mapping[str, Any]) -> None:
    """A message becomes one of components only as far as it has nothing else any more."""
    if changed["flags"] & COMPONENTS_V2:
        left = [key for key in ("content", "embeds", "poll") if changed[key]]
        wrong = {key: (LEGACY_FIELD.name, LEGACY_FIELD.sentence.format(field=key)) for key in left}
        if wrong:
            raise invalid_form(wrong)


def _not_empty(message: Message) -> None:
    shows = (message.embeds, message.attachments, message.components, message.poll, message.snapshots)
    if not message.content.strip() and not any(shows):
        raise DiscordError(400, 50006, "Cannot send an empty message")


def _set(message: Message, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(message, name, value)
