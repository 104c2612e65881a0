"""A request as the bot sent it, for those who judge it before it is carried out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`template` is the route as Discord's document writes it, such as /channels/{channel_id}/messages; `body` is the
    JSON (of a multipart request its `payload_json`), or None; `files` are names and sizes in bytes by their index."""

    method: str
    template: str
    body: Any = None
    files: dict[int, tuple[str, int]] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    upload_bytes: int = 10 * 2**20
    """The largest file that may be uploaded there."""
