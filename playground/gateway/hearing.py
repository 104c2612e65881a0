"""Which events a session hears, and what of them: by its shard, its intents, and what its bot may see."""

from typing import Any

from playground.errors import DiscordError
from playground.gateway.guild_form import guild_create
from playground.gateway.session import Session
from playground.world.events import INTENTS, Event
from playground.world.permissions import may
from playground.world.world import World

_HIDDEN: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}
"""Of a message whose content a bot may not read."""


def heard(world: World, session: Session, event: Event) -> dict[str, Any] | None:
    """What the session is told; None where it is told nothing."""
    app = session.app
    if event.application_id not in (None, app.id) or (event.only_for is not None and event.application_id is None):
        return None
    whispered = event.only_for is not None and event.name.startswith("MESSAGE_")
    number, count = session.shard
    if shard_of(_place(event, whispered), count) != number or not _asked_for(session, event, whispered):
        return None
    if event.application_id is None and not _sees(world, app.user.id, event):
        return None
    if event.name == "GUILD_CREATE" and event.guild_id is not None:
        return guild_create(world, session, world.guild(event.guild_id))
    data = event.data
    if whispered:
        # Ephemeral messages come as if they were direct ones.
        data = {key: value for key, value in data.items() if key not in ("guild_id", "member")}
    if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and not session.intents & INTENTS["message_content"]:
        data = _without_content(data, str(app.user.id))
    return data


def shard_of(guild_id: int | None, count: int) -> int:
    """Direct messages are the first shard's."""
    return 0 if guild_id is None else (guild_id >> 22) % count


def _place(event: Event, whispered: bool) -> int | None:
    """The server whose shard it is for. An interaction says it in its data: its bot need not be there."""
    if whispered:
        return None
    said = event.data.get("guild_id") if event.guild_id is None else event.guild_id
    return None if said is None else int(said)


def _asked_for(session: Session, event: Event, whispered: bool) -> bool:
    intent = INTENTS["direct_messages"] if whispered else event.intent
    if event.name in ("GUILD_CREATE", "GUILD_DELETE"):
        intent = INTENTS["guilds"]
    if event.name == "GUILD_MEMBER_UPDATE" and event.data.get("user", {}).get("id") == str(session.app.user.id):
        return True  # of itself a bot is always told
    return not intent or bool(session.intents & intent)


def _sees(world: World, user_id: int, event: Event) -> bool:
    if event.guild_id is not None and user_id not in world.guild(event.guild_id).members:
        return False
    if event.channel_id is None or event.name.startswith("CHANNEL_"):
        return True  # a bot knows every channel of its servers, also those it may not enter
    try:
        channel = world.channel(event.channel_id)
    except DiscordError:
        return True  # it was there until now
    return may(world.permissions(user_id, channel), "view_channel")


def _without_content(data: dict[str, Any], bot: str) -> dict[str, Any]:
    """But for direct messages, its own, and those that mention it."""
    mentioned = any(user["id"] == bot for user in data.get("mentions", ()))
    if "guild_id" not in data or data.get("author", {}).get("id") == bot or mentioned:
        return data
    hidden = data | {key: value for key, value in _HIDDEN.items() if key in data}
    hidden.pop("poll", None)
    if hidden.get("referenced_message"):
        answered = hidden["referenced_message"] | {"guild_id": data["guild_id"]}
        hidden["referenced_message"] = {
            key: value for key, value in _without_content(answered, bot).items() if key != "guild_id"
        }
    return hidden
