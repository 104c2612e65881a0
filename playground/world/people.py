"""Users, and what they are in a server: members with roles."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False, slots=True)
class User:
    id: int
    name: str
    global_name: str | None = None
    bot: bool = False
    locale: str = "en-US"
    """What the person's client is set to."""
    colour: str = "#5865f2"
    """Of the picture that the page shows for them."""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0000" if self.bot else "0",
            "global_name": self.global_name,
            "avatar": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "banner": None,
            "accent_color": None,
            "primary_guild": None,
            "clan": None,
            "public_flags": 0,
            "flags": 0,
        } | ({"bot": True} if self.bot else {})

    @property
    def shown(self) -> str:
        return self.global_name or self.name


@dataclass(eq=False, slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    colour: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: int | None = None
    """Of the application whose own role it is."""

    def to_json(self) -> dict[str, Any]:
        colours = {"primary_color": self.colour, "secondary_color": None, "tertiary_color": None}
        return {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": self.colour,
            "colors": colours,
            "hoist": self.hoist,
            "managed": self.bot_id is not None,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        } | ({"tags": {"bot_id": str(self.bot_id)}} if self.bot_id is not None else {})


@dataclass(eq=False, slots=True)
class Member:
    user: User
    joined_at: float
    """Unix time in seconds."""
    roles: set[int] = field(default_factory=set)
    nick: str | None = None
    timed_out_until: float | None = None

    def to_json(self, iso: Any) -> dict[str, Any]:
        """`iso` writes a moment as the clock does."""
        until = self.timed_out_until
        return {
            "user": self.user.to_json(),
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(role) for role in sorted(self.roles)],
            "joined_at": iso(self.joined_at),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None if until is None else iso(until),
        }
