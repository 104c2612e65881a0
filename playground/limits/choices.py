"""The choices of an option, registered with it or given as it is completed."""

from typing import Any

from playground.limits import codes
from playground.limits.form import Form
from playground.limits.localizations import check_localizations

STRING, INTEGER, NUMBER = 3, 4, 10
MOST = 25
INT53 = 2**53 - 1


def check_choices(owner: Form, kind: int) -> None:
    """`kind` is the type of the option."""
    names: set[str] = set()
    for choice in owner.forms("choices", MOST):
        name = choice.text("name", 100, 1, needed=True)
        check_localizations(choice, "name_localizations", 100)
        if kind == STRING:
            choice.text("value", 100, needed=True)
        elif kind == INTEGER:
            choice.number("value", -INT53, INT53, needed=True)
        else:
            choice.number("value", kind="float", needed=True)
        if name in names:
            choice.wrong(None, codes.CHOICE_TWICE)
        if name is not None:
            names.add(name)


def check_completion(data: Form) -> None:
    """The option's type is not in the answer; the first value says it."""
    choices = data.value.get("choices")
    first: Any = choices[0] if isinstance(choices, list) and choices else None
    value = first.get("value") if isinstance(first, dict) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    check_choices(data, NUMBER if is_number else STRING)
