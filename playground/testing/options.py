"""Finds commands, options, buttons and selects by the names a test has for them, and writes what was typed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.rest.component_tree import walk

Json = dict[str, Any]
ATTACHMENT = 11
WITH_ID = (6, 7, 8, 9)
"""Options that name a person, a channel, a role."""


def find(commands: list[Json], name: str, types: tuple[int, ...]) -> Json:
    for command in commands:
        if command["type"] in types and name in (command["name"], command["shown_name"]):
            return command
    there = ", ".join(sorted(command["name"] for command in commands)) or "none"
    raise AssertionError(f"there is no command {name} for that person there, only: {there}")


def leaf(command: Json, path: Sequence[str]) -> Json:
    """The command, or the subcommand at the end of `path`."""
    for name in path:
        command = next(option for option in command["options"] if option["name"] == name)
    return command


def nested(command: Json, path: Sequence[str], options: list[Json]) -> list[Json]:
    """`options` under the groups and subcommands of `path`."""
    if not path:
        return options
    part = leaf(command, path[:1])
    return [{"name": part["name"], "type": part["type"], "options": nested(part, path[1:], options)}]


def options(leaf: Json, given: Json, focused: str | None) -> list[Json]:
    kinds = {option["name"]: option["type"] for option in leaf.get("options") or []}
    found = []
    for name, value in given.items():
        kind = kinds.get(name, 3)
        written = {"name": name, "type": kind, "value": _id(value) if kind in WITH_ID else value}
        found.append(written | ({"focused": True} if name == focused else {}))
    return found


def is_file(leaf: Json, name: str) -> bool:
    return any(option["name"] == name and option["type"] == ATTACHMENT for option in leaf.get("options") or [])


def component(message: Json, wanted: str) -> Json:
    """By custom_id, or by what is written on it."""
    there = [one for one in walk(message["components"]) if one.get("custom_id")]
    for key in ("custom_id", "label", "placeholder"):
        for one in there:
            if one.get(key) == wanted:
                return one
    names = ", ".join(str(one.get("label") or one["custom_id"]) for one in there) or "none"
    raise AssertionError(f"there is no {wanted!r} on that message, only: {names}")


def chosen(select: Json, values: Sequence[Any]) -> list[str]:
    labels = {option["label"]: option["value"] for option in select.get("options") or []}
    return [labels.get(value, value) if isinstance(value, str) else _id(value) for value in values]


def file(given: bytes | Path | tuple[str, bytes]) -> tuple[str, bytes]:
    """Its name and its bytes."""
    if isinstance(given, tuple):
        return given
    return (given.name, given.read_bytes()) if isinstance(given, Path) else ("file.bin", given)


def _id(value: Any) -> str:
    return str(value["id"]) if isinstance(value, dict) else str(getattr(value, "id", value))
