"""What happens, as whoever may see it is told: gateway sessions of bots, and pages."""

from dataclasses import dataclass, field
from typing import Any

INTENTS = {
    "guilds": 1 << 0,
    "guild_members": 1 << 1,
    "guild_expressions": 1 << 3,
    "guild_webhooks": 1 << 5,
    "guild_messages": 1 << 9,
    "guild_message_reactions": 1 << 10,
    "guild_message_typing": 1 << 11,
    "direct_messages": 1 << 12,
    "direct_message_reactions": 1 << 13,
    "direct_message_typing": 1 << 14,
    "message_content": 1 << 15,
    "guild_scheduled_events": 1 << 16,
    "guild_message_polls": 1 << 24,
    "direct_message_polls": 1 << 25,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`name` and `data` are those of the gateway; the rest says who hears it."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    guild_id: int | None = None
    channel_id: int | None = None
    intent: int = 0
    """That a bot must have asked for; 0 where it hears it anyway."""
    application_id: int | None = None
    """The one bot it is for; None for every one that is there."""
    only_for: int | None = None
    """The one person who sees it; no bot does then, but for the one of `application_id`."""
    author_id: int | None = None
    """Of a message: its own author is told its content also without the intent for it."""
