"""Servers (guilds) and their channels, threads and forum posts among them, and direct messages."""

from dataclasses import dataclass, field
from typing import Any

from playground.world.people import Member, Role

TEXT, DM, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 4, 11, 12, 15
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)
UPLOAD_BYTES = 10 * 2**20


@dataclass(eq=False, slots=True)
class Overwrite:
    """What a role (type 0) or a member (type 1) may and may not do in one channel."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"id": str(self.id), "type": self.type, "allow": str(self.allow), "deny": str(self.deny)}


@dataclass(eq=False, slots=True)
class Channel:
    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: tuple[int, ...] = ()
    """Both people of a direct message."""
    owner_id: int | None = None
    """Who began a thread."""
    created_at: float = 0.0
    people: dict[int, float] = field(default_factory=dict)
    """Who is in a thread, and since when."""
    archived: bool = False
    archived_at: float = 0.0
    locked: bool = False
    archive_minutes: int = 1440
    tags: list[dict[str, Any]] = field(default_factory=list)
    """Of a forum."""
    applied_tags: list[int] = field(default_factory=list)
    slowmode: int = 0
    """Seconds."""
    last_message_id: int | None = None
    message_count: int = 0

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS


@dataclass(eq=False, slots=True)
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    upload_bytes: int = UPLOAD_BYTES
    roles: dict[int, Role] = field(default_factory=dict)
    """The first has the guild's own id: @everyone."""
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    """Threads too."""
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Scheduled events, as JSON has them."""
    emojis: dict[int, dict[str, Any]] = field(default_factory=dict)
    bans: dict[int, str | None] = field(default_factory=dict)
    """Who is banned, and the reason."""

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]
