"""Applications: bots with their token, their commands, and the people who installed them for themselves."""

from dataclasses import dataclass, field
from typing import Any

from playground.world.people import User

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
IN_GUILD, IN_BOT_DM, IN_PRIVATE = 0, 1, 2
"""Contexts of an interaction."""
FOR_GUILD, FOR_USER = 0, 1
"""Ways to install an application."""
PRIVILEGED = {"members": 1 << 14, "presences": 1 << 12, "content": 1 << 18}
"""Flags of an application that may use an intent which needs leave."""


@dataclass(eq=False, slots=True)
class Command:
    """`body` is what the application registered, with Discord's defaults filled in."""

    id: int
    application_id: int
    version: int
    guild_id: int | None
    body: dict[str, Any]

    @property
    def type(self) -> int:
        return int(self.body.get("type", CHAT_INPUT))

    @property
    def name(self) -> str:
        return str(self.body["name"])

    def to_json(self) -> dict[str, Any]:
        place = {} if self.guild_id is None else {"guild_id": str(self.guild_id)}
        ids = {"id": str(self.id), "application_id": str(self.application_id), "version": str(self.version)}
        return self.body | ids | place


@dataclass(eq=False, slots=True)
class Application:
    id: int
    user: User
    """The bot; its id is the application's."""
    token: str
    owner: User
    flags: int = sum(PRIVILEGED.values())
    commands: dict[int, Command] = field(default_factory=dict)
    """Global ones and those of guilds."""
    commands_made: dict[int | None, list[float]] = field(default_factory=dict)
    """When commands were created lately, by guild; None for global ones."""
    command_rules: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=dict)
    """Who may use a command, by the server's own rule: by guild and command (or the application's id, for all)."""
    installed_by: set[int] = field(default_factory=set)
    """People who have it with them everywhere."""
    emojis: dict[int, dict[str, Any]] = field(default_factory=dict)

    def in_scope(self, guild_id: int | None) -> list[Command]:
        """The commands of one guild, or the global ones."""
        return [command for command in self.commands.values() if command.guild_id == guild_id]
