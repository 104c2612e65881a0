"""What a person filled in to a form (modal): judged by the form, and as the bot is told it."""

from collections.abc import Mapping
from typing import Any

from playground.interactions import components
from playground.interactions.components import Component, bounds, chosen
from playground.interactions.errors import NotThere, Refused
from playground.interactions.resolved import Resolved
from playground.rest.component_tree import walk
from playground.world.messages import Attachment

LONGEST = 4000
"""Characters of a field that says nothing of it."""
TEXT_DISPLAY = 10


class Fields:
    """`given` are the values by custom_id: a text, a list of values, or a list of the ids of uploads."""

    def __init__(
        self,
        given: Mapping[str, Any],
        uploads: Mapping[str, Attachment],
        resolved: Resolved,
        largest_file: int = 10 * 2**20,
    ) -> None:
        self._given = given
        self._uploads = uploads
        self._resolved = resolved
        self._largest_file = largest_file

    def filled_in(self, form: list[Component]) -> list[Component]:
        """The form's parts, each with its value. Raises `Refused`."""
        known = {part["custom_id"] for part in walk(form) if "custom_id" in part}
        if strange := next((name for name in self._given if name not in known), None):
            raise NotThere(f"The form has no field {strange}.")
        return [self._part(part) for part in form]

    def _part(self, part: Component) -> Component:
        told = {"type": part["type"], "id": part.get("id", 0)}
        if part["type"] == components.LABEL:
            return told | {"component": self._field(part["component"], part["label"])}
        if part["type"] == TEXT_DISPLAY:
            return told
        return told | {
            "components": [self._field(one, one.get("label") or one["custom_id"]) for one in part["components"]]
        }

    def _field(self, field: Component, label: str) -> Component:
        told = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
        given = self._given.get(field["custom_id"])
        match field["type"]:
            case components.TEXT_INPUT:
                return told | {"value": _text(field, (field.get("value") or "") if given is None else given, label)}
            case components.CHECKBOX:
                return told | {"value": bool(field.get("default", False) if given is None else given)}
            case components.RADIO_GROUP:
                return told | {"value": _radio(field, given, label)}
        values = list(given) if isinstance(given, list | tuple) else _preset(field) if given is None else [given]
        if not values and not field.get("required", True):
            return told | {"values": []}
        if field["type"] == components.FILE_UPLOAD:
            return told | {"values": self._files(field, [str(value) for value in values], label)}
        if field["type"] == components.CHECKBOX_GROUP:
            field = field | {"type": 3, "max_values": field.get("max_values") or len(field["options"])}
        try:
            return told | {"values": chosen(field, values, self._resolved)}
        except Refused as refused:
            raise Refused(f"{label}: {refused.sentence}") from refused

    def _files(self, field: Component, ids: list[str], label: str) -> list[str]:
        least, most = bounds(field)
        if not least <= len(ids) <= most:
            raise Refused(f"{label}: {least} to {most} files.")
        found = []
        for id in ids:
            if (attachment := self._uploads.get(id)) is None:
                raise NotThere(f"{label}: there is no upload {id}.")
            if len(attachment.data) > self._largest_file:
                raise Refused(f"{label}: your files are too powerful. Max: {self._largest_file // 2**20} MB.")
            found.append(self._resolved.attachment(attachment))
        return found


def _preset(field: Component) -> list[Any]:
    """What is chosen already as the form opens."""
    options = [option["value"] for option in field.get("options") or [] if option.get("default")]
    return options or [value["id"] for value in field.get("default_values") or []]


def _text(field: Component, value: object, label: str) -> str:
    if not isinstance(value, str):
        raise Refused(f"{label} is a text.")
    if not value:
        if field.get("required", True):
            raise Refused(f"{label} is required.")
        return value
    least, most = field.get("min_length") or 0, field.get("max_length") or LONGEST
    if not least <= len(value) <= most:
        raise Refused(f"{label} has between {least} and {most} characters; this has {len(value)}.")
    return value


def _radio(field: Component, given: Any, label: str) -> str | None:
    value = given[0] if isinstance(given, list) and given else given or next(iter(_preset(field)), None)
    if value is None and field.get("required", True):
        raise Refused(f"{label} is required.")
    if value is not None and value not in [option["value"] for option in field["options"]]:
        raise Refused(f"{label}: {value} is not one of the options.")
    return None if value is None else str(value)
