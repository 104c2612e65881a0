"""The options of a command, sub-commands and their groups among them."""

from collections.abc import Collection

from playground.limits import codes
from playground.limits.choices import INT53, INTEGER, NUMBER, STRING, check_choices
from playground.limits.form import Form
from playground.limits.localizations import check_localizations
from playground.limits.names import is_command_name
from playground.limits.selects import CHANNEL_TYPES
from playground.limits.values import is_one_of, listed, shown

SUB, GROUP, CHANNEL = 1, 2, 7
VALUES = (STRING, INTEGER, 5, 6, CHANNEL, 8, 9, NUMBER, 11)
MOST = 25
CHARACTERS = 6000
"""Of a text that somebody may enter."""


def check_options(owner: Form, allowed: Collection[int] = (SUB, GROUP, *VALUES)) -> None:
    options = owner.forms("options", MOST)
    for option in options:
        kind = option.value.get("type")
        if kind is None:
            option.wrong(None, codes.TYPE_MISSING)
        elif not is_one_of(kind, allowed):
            option.wrong(None, codes.TYPE_UNKNOWN, choices=listed(allowed))
        else:
            _check(option, int(kind))
    _check_order(owner, options)


def _check(option: Form, kind: int) -> None:
    name = option.text("name", 32, 1, needed=True)
    if name is not None and not is_command_name(name):
        option.wrong("name", codes.COMMAND_NAME)
    option.text("description", 100, 1, needed=True)
    check_localizations(option, "name_localizations", 32, valid=is_command_name)
    check_localizations(option, "description_localizations", 100)
    option.boolean("required")
    if kind == GROUP:
        check_options(option, (SUB,))
    elif kind == SUB:
        check_options(option, VALUES)
    else:
        _check_value(option, kind)


def _check_value(option: Form, kind: int) -> None:
    completes = option.boolean("autocomplete")
    if kind in (STRING, INTEGER, NUMBER):
        check_choices(option, kind)
    if completes and (option.value.get("choices") or kind not in (STRING, INTEGER, NUMBER)):
        option.wrong("autocomplete", codes.OPTION_COMPLETES)
    if kind == STRING:
        _check_bounds(option, "length", 0, CHARACTERS, "int")
    elif kind == INTEGER:
        _check_bounds(option, "value", -INT53, INT53, "int")
    elif kind == NUMBER:
        _check_bounds(option, "value", float("-inf"), float("inf"), "float")
    elif kind == CHANNEL:
        option.members("channel_types", CHANNEL_TYPES)


def _check_bounds(option: Form, of: str, least: float, most: float, kind: str) -> None:
    lowest = option.number(f"min_{of}", least, most, kind=kind)
    highest = option.number(f"max_{of}", 1 if of == "length" else least, most, kind=kind)
    if lowest is not None and highest is not None and lowest > highest:
        option.wrong(f"min_{of}", codes.NUMBER_MAX, kind=kind, most=highest)


def _check_order(owner: Form, options: list[Form]) -> None:
    names: set[str] = set()
    optional = False
    nested = [is_one_of(option.value.get("type"), (SUB, GROUP)) for option in options]
    if any(nested) and not all(nested):
        owner.wrong("options", codes.OPTION_MIXED)
    for option, is_nested in zip(options, nested, strict=True):
        name = option.value.get("name")
        if isinstance(name, str):
            if name in names:
                option.wrong(None, codes.OPTION_NAME_TWICE, value=shown(name))
            names.add(name)
        required = option.value.get("required") is True
        if required and optional and not is_nested:
            option.wrong(None, codes.OPTION_ORDER)
        optional = optional or not required
