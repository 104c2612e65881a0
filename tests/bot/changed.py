"""What is looked at where a picture was changed: forms, lists, embeds, and the record in a file."""

from typing import Any

from playground.testing import Playground
from protocol.parameters import Painted, painted_in

Json = dict[str, Any]


def filled(form: Json) -> dict[str, str]:
    """What a form has in its fields as it opens."""
    fields = [part["component"] for part in form["components"]]
    return {field["custom_id"]: field.get("value", "") for field in fields}


def note(message: Json) -> str:
    return str(message["content"].splitlines()[-1])


def shown(message: Json) -> dict[str, str]:
    """An embed's fields by their names."""
    (embed,) = message["embeds"]
    return {field["name"]: field["value"] for field in embed["fields"]}


def listed(message: Json) -> list[str]:
    (row,) = message["components"]
    return [option["label"] for option in row["components"][0]["options"]]


async def record(playground: Playground, message: Json) -> Painted:
    return painted_in(await playground.download(message["attachments"][0]["url"]))
