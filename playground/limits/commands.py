"""Application commands, one by one and all at once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from playground.errors import DiscordError
from playground.limits import codes
from playground.limits.form import Form
from playground.limits.localizations import check_localizations
from playground.limits.names import is_command_name
from playground.limits.options import check_options
from playground.limits.values import shown

CHAT_INPUT = 1
CAPS = {CHAT_INPUT: 100, 2: 15, 3: 15}
"""Of each type, globally and in each server."""
TYPES = (CHAT_INPUT, 2, 3, 4)
CHARACTERS = 8000
PERMISSIONS = 2**54 - 1


def check_all(body: Form) -> None:
    """A bulk overwrite: the list is the field "". Raises `DiscordError` past the caps."""
    seen: set[tuple[Any, str]] = set()
    types: Counter[int] = Counter()
    for command in body.forms("", needed=True):
        kind = check_command(command)
        types[kind] += 1
        name = command.value.get("name")
        if isinstance(name, str):
            if (kind, name) in seen:
                command.wrong(None, codes.COMMAND_TWICE)
            seen.add((kind, name))
    for kind, cap in CAPS.items():
        if types[kind] > cap:
            raise DiscordError(400, 30032, f"Maximum number of application commands reached ({cap})")


def check_command(command: Form, *, patch: bool = False) -> int:
    """Gives its type. A patch names what is to change only, and never the type."""
    kind = int(command.choice("type", TYPES) or CHAT_INPUT)
    chats = kind == CHAT_INPUT
    name = command.text("name", 32, 1, needed=not patch)
    if chats and not patch and name is not None and not is_command_name(name):
        command.wrong("name", codes.COMMAND_NAME)
    valid = is_command_name if chats and not patch else bool
    check_localizations(command, "name_localizations", 32, valid=valid, at_each=False)
    check_localizations(command, "description_localizations", 100)
    if chats:
        command.text("description", 100, 0 if patch else 1, needed=not patch)
        check_options(command)
    else:
        for key in ("description", "options"):
            if command.value.get(key):
                command.wrong(key, codes.COMMAND_MENU)
    command.snowflake("id")
    command.boolean("nsfw")
    command.boolean("dm_permission")
    if command.has("contexts"):
        command.members("contexts", (0, 1, 2), 1)
    if command.has("integration_types"):
        command.members("integration_types", (0, 1), 1)
    check_permissions(command, "default_member_permissions", PERMISSIONS)
    if sum(_lengths(command.value)) > CHARACTERS:
        command.wrong(None, codes.COMMAND_LARGE)
    return kind


def check_permissions(owner: Form, key: str, most: int = 2**63 - 1) -> None:
    """A number, or its digits."""
    value = owner.value.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 25:
        value = int(value)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        owner.wrong(key, codes.NUMBER, value=shown(value), kind="int")
    elif not 0 <= value <= most:
        owner.wrong(key, codes.NUMBER_MIN if value < 0 else codes.NUMBER_MAX, kind="int", least=0, most=most)


def _lengths(part: Any) -> Iterator[int]:
    """Of names, descriptions and values; of a text in many languages the longest counts."""
    if not isinstance(part, dict):
        return
    for key in ("name", "description"):
        others = part.get(f"{key}_localizations")
        texts = [part.get(key), *(others.values() if isinstance(others, dict) else ())]
        yield max((len(text) for text in texts if isinstance(text, str)), default=0)
    if isinstance(value := part.get("value"), str):
        yield len(value)
    for key in ("options", "choices"):
        if isinstance(inner := part.get(key), list):
            for each in inner:
                yield from _lengths(each)
