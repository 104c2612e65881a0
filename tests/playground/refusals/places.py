"""Channels, threads, roles, members, events, emoji, and lists."""

import base64
import time
from datetime import UTC, datetime
from typing import Any

from playground.snowflake import Snowflakes
from tests.playground.refusals.case import ID, MESSAGES, Case, message, request

BAD, REQUIRED, CHOICE = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED", "BASE_TYPE_CHOICES"
DAY = 24 * 3600
YOUNG = [str(Snowflakes.at(time.time() - 60) + number) for number in range(101)]
EMOJI = "/applications/{application_id}/emojis"


def later(days: float) -> str:
    return datetime.fromtimestamp(time.time() + days * DAY, UTC).isoformat()


def channel(method: str = "POST", **body: Any) -> Any:
    if method == "PATCH":
        return request(method, "/channels/{channel_id}", body)
    return request(method, "/guilds/{guild_id}/channels", {"name": "art"} | body)


def thread(**body: Any) -> Any:
    return request("POST", f"{MESSAGES}/{{message_id}}/threads", {"name": "ink"} | body)


def post(**body: Any) -> Any:
    return request("POST", "/channels/{channel_id}/threads", {"name": "ink"} | body)


def role(**body: Any) -> Any:
    return request("POST", "/guilds/{guild_id}/roles", body)


def member(**body: Any) -> Any:
    return request("PATCH", "/guilds/{guild_id}/members/{user_id}", body)


def event(**body: Any) -> Any:
    whole = {
        "name": "Contest", "privacy_level": 2, "entity_type": 3, "scheduled_start_time": later(1),
        "scheduled_end_time": later(2), "entity_metadata": {"location": "Here"},
    } | body  # fmt: skip
    return request("POST", "/guilds/{guild_id}/scheduled-events", {k: v for k, v in whole.items() if v is not None})


def deleting(*ids: Any) -> Any:
    return request("POST", f"{MESSAGES}/bulk-delete", {"messages": list(ids)})


def emoji(name: str = "ink", size: int = 10, kind: str = "image/png") -> Any:
    return request(
        "POST", EMOJI, {"name": name, "image": f"data:{kind};base64,{base64.b64encode(b'x' * size).decode()}"}
    )


def listing(**query: str) -> Any:
    return request("GET", MESSAGES, None, **query)


CASES = [
    Case("a channel's long name", channel(name="x" * 101), channel(name="x" * 100), "name", BAD, True),
    Case("a channel without a name", channel(name=None), channel(), "name", REQUIRED, True),
    Case("a channel of no type", channel(type=9), channel(type=15), "type", CHOICE, True),
    Case("a text channel's long topic", channel(topic="x" * 1025), channel(topic="x" * 1024), "topic",
         "BASE_TYPE_MAX_LENGTH", False),
    Case("a forum's long topic", channel(type=15, topic="x" * 4097), channel(type=15, topic="x" * 4096), "topic",
         "BASE_TYPE_MAX_LENGTH", True),
    Case("slower than six hours", channel(rate_limit_per_user=21601), channel(rate_limit_per_user=21600),
         "rate_limit_per_user", "NUMBER_TYPE_MAX", True),
    Case("an overwrite for nobody", channel(permission_overwrites=[{"type": 0}]),
         channel(permission_overwrites=[{"id": ID, "type": 0, "allow": "1024", "deny": 2048}]),
         "permission_overwrites.0.id", REQUIRED, True),
    Case("an overwrite by word", channel(permission_overwrites=[{"id": ID, "allow": "all"}]),
         channel(permission_overwrites=[{"id": ID, "allow": "0"}]), "permission_overwrites.0.allow",
         "NUMBER_TYPE_COERCE", True),
    Case("a channel's new long name", channel("PATCH", name="x" * 101), channel("PATCH", archived=True), "name", BAD,
         True),
    Case("a thread's long name", thread(name="x" * 101), thread(name="x" * 100), "name", BAD, True),
    Case("a thread without a name", thread(name=""), thread(name="x"), "name", BAD, True),
    Case("a thread kept for two days", thread(auto_archive_duration=2880), thread(auto_archive_duration=4320),
         "auto_archive_duration", CHOICE, True),
    Case("a thread of no type", post(type=0), post(type=11), "type", CHOICE, True),
    Case("an empty post", post(message={}), post(message={"content": "x"}), None, None, False, code=50006),
    Case("a post's long content", post(message={"content": "x" * 2001}), post(message={"content": "x" * 2000}),
         "message.content", "BASE_TYPE_MAX_LENGTH", False),
    Case("six tags", post(message={"content": "x"}, applied_tags=[str(n) for n in range(6)]),
         post(message={"content": "x"}, applied_tags=[str(n) for n in range(5)]), "applied_tags",
         "BASE_TYPE_MAX_LENGTH", False),
    Case("a role's long name", role(name="x" * 101), role(name="x" * 100, permissions="8"), "name", BAD, True),
    Case("a role's colour past white", role(color=0x1000000), role(color=0xFFFFFF), "color", "NUMBER_TYPE_MAX", True),
    Case("a role's permissions by word", role(permissions="all"), role(permissions=8), "permissions",
         "NUMBER_TYPE_COERCE", True),
    Case("a long nick", member(nick="x" * 33), member(nick="x" * 32), "nick", "BASE_TYPE_MAX_LENGTH", True),
    Case("a time-out of 29 days", member(communication_disabled_until=later(29)),
         member(communication_disabled_until=later(28)), "communication_disabled_until",
         "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", False),
    Case("a time-out until some day", member(communication_disabled_until="some day"),
         member(communication_disabled_until=None), "communication_disabled_until", "DATE_TIME_TYPE_PARSE", False),
    Case("one role twice", member(roles=[ID, ID]), member(roles=[ID, "2"]), "roles.1",
         "SET_TYPE_ALREADY_CONTAINS_VALUE", True),
    Case("a short username", request("PATCH", "/users/@me", {"username": "x"}), request("PATCH", "/users/@me",
         {"username": "xy"}),
         "username", BAD, True),
    Case("an avatar that is no picture", request("PATCH", "/users/@me", {"avatar": "x"}),
         request("PATCH", "/users/@me", {"avatar": "data:image/png;base64,eHg="}), "avatar", "IMAGE_INVALID", False),
    Case("direct messages with nobody", request("POST", "/users/@me/channels", {}),
         request("POST", "/users/@me/channels", {"recipient_id": int(ID)}), "recipient_id", REQUIRED, False),
    Case("an event nowhere", event(entity_metadata=None), event(), "entity_metadata", REQUIRED, True),
    Case("an event at no place", event(entity_metadata={}), event(entity_metadata={"location": "x" * 100}),
         "entity_metadata.location", REQUIRED, True),
    Case("an event at a long place", event(entity_metadata={"location": "x" * 101}), event(),
         "entity_metadata.location", BAD, True),
    Case("an event without end", event(scheduled_end_time=None), event(), "scheduled_end_time", REQUIRED, False),
    Case("an event that ends before it starts", event(scheduled_end_time=later(0.5)),
         event(scheduled_end_time=later(1.1)),
         "scheduled_end_time", "GUILD_SCHEDULED_EVENT_END_BEFORE_START", False),
    Case("an event of yesterday", event(scheduled_start_time=later(-1)), event(scheduled_start_time=later(0.1)),
         "scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", False),
    Case("an event's long name", event(name="x" * 101), event(name="x" * 100), "name", BAD, True),
    Case("an event's long description", event(description="x" * 1001), event(description="x" * 1000), "description",
         "BASE_TYPE_MAX_LENGTH", True),
    Case("a public event", event(privacy_level=1), event(privacy_level=2), "privacy_level", CHOICE, True),
    Case("a spoken event in no channel", event(entity_type=2, entity_metadata=None),
         event(entity_type=2, entity_metadata=None, channel_id=ID), "channel_id", REQUIRED, False),
    Case("one message deleted at once", deleting(*YOUNG[:1]), deleting(*YOUNG[:2]), None, None, True, code=50016),
    Case("101 messages deleted at once", deleting(*YOUNG), deleting(*YOUNG[:100]), None, None, True, code=50016),
    Case("an old message deleted with others", deleting(*YOUNG[:2], "1"), deleting(*YOUNG[:3]), None, None, False,
         code=50034),
    Case("one message deleted twice", deleting(*YOUNG[:2], YOUNG[0]), deleting(*YOUNG[:2]), "messages.2",
         "SET_TYPE_ALREADY_CONTAINS_VALUE", True),
    Case("an emoji's long name", emoji("x" * 33), emoji("x" * 32), "name", BAD, True),
    Case("an emoji's name with a dash", emoji("x-y"), emoji("x_y"), "name", "STRING_TYPE_REGEX", False),
    Case("an emoji past 256 KiB", emoji(size=2**18 + 1), emoji(size=2**18), "image", "BINARY_TYPE_MAX_SIZE", False),
    Case("an emoji that is a text", emoji(kind="text/plain"), emoji(kind="image/gif"), "image", "IMAGE_INVALID", False),
    Case("101 messages of a channel", listing(limit="101"), listing(limit="100"), "limit", "NUMBER_TYPE_MAX", False),
    Case("no messages of a channel", listing(limit="0"), listing(limit="1"), "limit", "NUMBER_TYPE_MIN", False),
    Case("messages before a name", listing(before="x"), listing(before=ID), "before", "NUMBER_TYPE_COERCE", False),
    Case("a kept file's long description", message(method="PATCH", attachments=[{"id": ID, "description": "x" * 1025}]),
         message(method="PATCH", attachments=[{"id": ID, "description": "x" * 1024}]), "attachments.0.description",
         "BASE_TYPE_MAX_LENGTH", True),
]  # fmt: skip
