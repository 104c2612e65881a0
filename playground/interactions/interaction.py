"""One interaction: who did what where, what the bot was told, and how far its answer has come."""

import asyncio
import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from playground.world.apps import Application, Command
from playground.world.messages import Message
from playground.world.people import User
from playground.world.places import Channel

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
"""Types of an interaction."""
PONG, REPLY, THINKING, DEFERRED_UPDATE, UPDATE, CHOICES, FORM, ACTIVITY = 1, 4, 5, 6, 7, 8, 9, 12
"""Types of the first answer to one."""
SENT, ACKNOWLEDGED, FAILED = "sent", "acknowledged", "failed"
ANSWER_SECONDS = 3.0
"""In which the first answer must have come."""
TOKEN_SECONDS = 15 * 60.0
"""For which messages can be sent and edited in its name."""
OUTSIDE_FOLLOWUPS = 5
"""How many an application may send where only a person has it installed."""


@dataclass(eq=False, slots=True, kw_only=True)
class Interaction:
    id: int
    type: int
    app: Application
    user: User
    channel: Channel
    created_at: float
    data: dict[str, Any]
    """As the bot is told."""
    owners: dict[str, str]
    """By whom the application was installed: {"0": guild, "1": person}."""
    context: int
    token: str = ""
    nonce: str = field(default_factory=lambda: str(secrets.randbits(62)))
    command: Command | None = None
    source: Message | None = None
    """The message whose component was used, also where a form came of it."""
    custom_id: str | None = None
    trigger: "Interaction | None" = None
    """Of a filled-in form: what brought the form."""
    state: str = SENT
    answer: int | None = None
    """The type of the first answer."""
    original_id: int | None = None
    """The message that @original is."""
    is_thinking: bool = False
    """The first follow-up will take the place of "is thinking"."""
    followups: int = 0
    dead: bool = False
    """Its token was let expire before its time."""
    choices: "asyncio.Future[list[dict[str, Any]]] | None" = None
    """What the bot offers for autocompletion."""

    def __post_init__(self) -> None:
        written = f"interaction:{self.id}:{secrets.token_urlsafe(48)}"
        self.token = self.token or base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")

    @property
    def guild_id(self) -> int | None:
        return self.channel.guild_id

    @property
    def is_outside(self) -> bool:
        """Only the person has the application there; the server has not."""
        return "0" not in self.owners

    def is_late(self, now: float) -> bool:
        """Too late for a first answer."""
        return self.dead or now >= self.created_at + ANSWER_SECONDS

    def is_over(self, now: float) -> bool:
        """Its token is no longer good."""
        return self.dead or now >= self.created_at + TOKEN_SECONDS

    def metadata(self) -> dict[str, Any]:
        """What a message says of the interaction it answers."""
        form: dict[str, Any] = {
            "id": str(self.id),
            "type": self.type,
            "user": self.user.to_json(),
            "authorizing_integration_owners": self.owners,
        }
        if self.command is not None:
            form |= {"name": shown_path(self.data), "command_type": self.command.type}
        if self.type == COMMAND and "target_id" in self.data:
            target = self.data["target_id"]
            users = self.data["resolved"].get("users", {})
            form |= {"target_message_id": target} if target not in users else {"target_user": users[target]}
        if self.type == COMPONENT and self.source is not None:
            form["interacted_message_id"] = str(self.source.id)
        if self.type == MODAL and self.trigger is not None:
            form["triggering_interaction_metadata"] = self.trigger.metadata()
        return form


def shown_path(data: dict[str, Any]) -> str:
    """A command's name with those of its group and subcommand."""
    names = [str(data["name"])]
    options = data.get("options") or []
    while options and options[0]["type"] in (1, 2):
        names.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    return " ".join(names)
