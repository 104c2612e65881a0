"""What Discord answers when it refuses: an HTTP status, a number of its own, a sentence, and where in the body it is.

Numbers and sentences are those of Discord's documentation (Opcodes and Status Codes; Error Messages).
"""

from collections.abc import Mapping
from typing import Any


class DiscordError(Exception):
    """`errors` says for each place in the body what is wrong there: {"embeds.0.title": ("BASE_TYPE_MAX_LENGTH",
    "Must be 256 or fewer in length.")}."""

    def __init__(
        self, status: int, code: int, message: str, errors: Mapping[str, tuple[str, str]] | None = None, **extra: Any
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = dict(errors or {})
        self.extra = extra

    def to_json(self) -> dict[str, Any]:
        """With the tree that Discord makes of the places."""
        tree: dict[str, Any] = {}
        for place, (name, sentence) in self.errors.items():
            node = tree
            for key in place.split(".") if place else ():
                node = node.setdefault(key, {})
            node.setdefault("_errors", []).append({"code": name, "message": sentence})
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        return body | ({"errors": tree} if tree else {}) | self.extra


def unauthorized() -> DiscordError:
    return DiscordError(401, 0, "401: Unauthorized")


def not_found() -> DiscordError:
    """For a route there is not."""
    return DiscordError(404, 0, "404: Not Found")


def unknown(what: str) -> DiscordError:
    """`what` is a key of `UNKNOWN`."""
    return DiscordError(404, UNKNOWN[what], f"Unknown {what}")


UNKNOWN = {
    "Application": 10002,
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Overwrite": 10009,
    "Role": 10011,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "Ban": 10026,
    "Interaction": 10062,
    "application command": 10063,
    "Guild Scheduled Event": 10070,
}


def missing_access() -> DiscordError:
    """The channel or server cannot be seen."""
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    return DiscordError(403, 50013, "Missing Permissions")


def invalid_form(errors: Mapping[str, tuple[str, str]]) -> DiscordError:
    return DiscordError(400, 50035, "Invalid Form Body", errors)
