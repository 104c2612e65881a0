"""The components of a message, however deep they are nested, and what Discord fills in of them."""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

TEXT_DISPLAY = 10
_SELECT = {"min_values": 1, "max_values": 1, "disabled": False}
_PICTURE = {"description": None, "spoiler": False}
_DEFAULTS: dict[int, dict[str, Any]] = {
    **dict.fromkeys((3, 5, 6, 7, 8), _SELECT),
    2: {"disabled": False},
    11: _PICTURE,
    13: {"spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}
"""What Discord fills in, by type."""
_GALLERY = 12


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each component, a parent before its children."""
    for one in components:
        yield one
        inner = list(one.get("components") or ())
        inner += [one[key] for key in ("accessory", "component") if isinstance(one.get(key), dict)]
        yield from walk(inner)


def texts(components: list[dict[str, Any]]) -> list[str]:
    return [str(one.get("content", "")) for one in walk(components) if one.get("type") == TEXT_DISPLAY]


def numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy in which each component has an `id` of its own within the message, from 1 on where it had none, and in
    which ids of what is chosen from the start are texts, as Discord writes them."""
    made = copy.deepcopy(components)
    taken = {one["id"] for one in walk(made) if one.get("id")}
    free = (id for id in itertools.count(1) if id not in taken)
    for one in walk(made):
        if not one.get("id"):
            one["id"] = next(free)
        if one.get("default_values"):
            one["default_values"] = [value | {"id": str(value["id"])} for value in one["default_values"]]
    return made


def filled_in(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbered, and with all else that a message's components have without being told."""
    made = numbered(components)
    for one in walk(made):
        for key, value in _DEFAULTS.get(one.get("type", 0), {}).items():
            one.setdefault(key, value)
        if one.get("type") == _GALLERY:
            one["items"] = [_PICTURE | item for item in one.get("items") or ()]
    return made
