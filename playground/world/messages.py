"""Messages, and the files attached to them."""

from dataclasses import dataclass, field
from typing import Any

from playground.world.people import User

DEFAULT, REPLY, CHAT_INPUT, CONTEXT_MENU = 0, 19, 20, 23
WRITTEN = (DEFAULT, REPLY, CHAT_INPUT, CONTEXT_MENU)
"""Written by whoever is the author."""
PINNED, THREAD_CREATED, THREAD_STARTER = 6, 18, 21
"""Written by Discord itself."""
EPHEMERAL, LOADING, SUPPRESS_EMBEDS, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 2, 1 << 15


@dataclass(eq=False, slots=True)
class Attachment:
    id: int
    filename: str
    data: bytes
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None
    spoiler: bool = False


@dataclass(eq=False, slots=True)
class Message:
    id: int
    channel_id: int
    author: User
    type: int = DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    """With ids, as Discord fills them in."""
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    tts: bool = False
    pinned: bool = False
    pinned_at: float = 0.0
    edited_at: float | None = None
    reference: dict[str, Any] | None = None
    """message_id, channel_id, guild_id of what it replies to."""
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    """Of a message that was forwarded: what it was then."""
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, set[int]] = field(default_factory=dict)
    """By emoji, `name` or `name:id`, in the order in which they came."""
    poll: dict[str, Any] | None = None
    poll_votes: dict[int, set[int]] = field(default_factory=dict)
    thread_id: int | None = None
    """Of the thread that was begun from it."""
    application_id: int | None = None
    webhook_id: int | None = None
    interaction: dict[str, Any] | None = None
    """The interaction it answers, as `interaction_metadata`."""
    only_for: int | None = None
    """The one person who sees it, where it is ephemeral."""
    dismissed: bool = False
    """That person has put it away; the bot does not know."""

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)
