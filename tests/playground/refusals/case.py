"""A refused request with its accepted neighbour, and short ways to write requests."""

from dataclasses import dataclass
from typing import Any

from playground.sent import Sent

MESSAGES = "/channels/{channel_id}/messages"
ID = "1100000000000000000"
LAYOUT = 1 << 15


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    refused: Sent
    accepted: Sent
    place: str | None
    """Of what is wrong in the body; None where Discord names no place."""
    inner: str | None
    document: bool
    """Whether Discord's OpenAPI document refuses it too; where False it does not say."""
    status: int = 400
    code: int = 50035


def message(*, method: str = "POST", files: dict[int, tuple[str, int]] | None = None, **body: Any) -> Sent:
    template = MESSAGES if method == "POST" else MESSAGES + "/{message_id}"
    return Sent(method=method, template=template, body=body, files=files or {})


def layout(*components: Any, files: dict[int, tuple[str, int]] | None = None, **body: Any) -> Sent:
    return message(files=files, flags=LAYOUT, components=list(components), **body)


def rows(*rows: list[Any]) -> Sent:
    return message(components=[{"type": 1, "components": row} for row in rows])


def callback(kind: Any, data: Any = None, files: dict[int, tuple[str, int]] | None = None) -> Sent:
    body = {"type": kind} | ({} if data is None else {"data": data})
    template = "/interactions/{interaction_id}/{interaction_token}/callback"
    return Sent(method="POST", template=template, body=body, files=files or {})


def command(**body: Any) -> Sent:
    body = {"type": 1, "name": "paint", "description": "Paints"} | body
    return Sent(method="POST", template="/applications/{application_id}/commands", body=body)


def option(kind: int = 3, name: str = "prompt", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "What to paint"} | fields


def request(method: str, template: str, body: Any = None, **query: str) -> Sent:
    return Sent(method=method, template=template, body=body, query=query)


def button(custom_id: str | None = "go", **fields: Any) -> dict[str, Any]:
    made = {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id} | fields
    return {key: value for key, value in made.items() if value is not None}


def choices(count: int) -> list[dict[str, Any]]:
    return [{"label": f"Style {number}", "value": f"{number}"} for number in range(count)]


def select(count: int = 3, **fields: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "style", "options": choices(count)} | fields


def text(content: str = "Hello") -> dict[str, Any]:
    return {"type": 10, "content": content}
