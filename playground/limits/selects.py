"""Select menus, and what else lets somebody choose: radio buttons, checkboxes."""

import math

from playground.limits import codes
from playground.limits.emojis import check_emoji
from playground.limits.form import Form
from playground.limits.tally import Tally

STRING, USER, ROLE, MENTIONABLE, CHANNEL = 3, 5, 6, 7, 8
SELECTS = (STRING, USER, ROLE, MENTIONABLE, CHANNEL)
MOST = 25
DEFAULTS = {USER: ("user",), ROLE: ("role",), MENTIONABLE: ("user", "role"), CHANNEL: ("channel",)}
"""What each kind may have chosen from the start."""
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15)


def check_select(select: Form, tally: Tally) -> None:
    tally.add_custom_id(select)
    select.text("placeholder", 150)
    select.boolean("disabled")
    select.boolean("required")
    chosen = check_range(select, MOST)
    if select.value["type"] == STRING:
        check_options(select, MOST, chosen=chosen)
        return
    if select.value["type"] == CHANNEL:
        select.members("channel_types", CHANNEL_TYPES)
    defaults = select.forms("default_values", MOST)
    for default in defaults:
        default.snowflake("id", needed=True)
        default.choice("type", DEFAULTS[select.value["type"]], needed=True)
    if len(defaults) > chosen:
        select.wrong("default_values", codes.DEFAULTS)


def check_range(component: Form, most: int) -> float:
    """How many may be chosen; gives the most."""
    highest = component.number("max_values", 1, most)
    lowest = component.number("min_values", 0, most)
    if lowest is not None and highest is not None and lowest > highest:
        component.wrong("min_values", codes.NUMBER_MAX, kind="int", most=highest)
    return highest if highest is not None else max(1, lowest or 1)


def check_options(component: Form, most: int, least: int = 1, *, chosen: float = math.inf) -> None:
    options = component.forms("options", most, least, needed=True)
    values: set[str] = set()
    defaults = 0
    for option in options:
        option.text("label", 100, 1, needed=True)
        option.text("description", 100)
        check_emoji(option)
        defaults += option.boolean("default") or False
        value = option.text("value", 100, 1, needed=True)
        if value in values:
            option.wrong(None, codes.OPTION_TWICE)
        if value is not None:
            values.add(value)
    if options and component.has("max_values") and math.isfinite(chosen) and chosen > len(options):
        component.wrong("options", codes.MIN_LENGTH, least=chosen)
    if defaults > chosen:
        component.wrong("options", codes.DEFAULTS)
