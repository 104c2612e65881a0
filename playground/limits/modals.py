"""Modals: what somebody is asked to fill in."""

from collections.abc import Callable

from playground.limits import codes
from playground.limits.components import ROW, TEXT, check_text
from playground.limits.form import Form
from playground.limits.selects import SELECTS, check_options, check_range, check_select
from playground.limits.tally import Tally
from playground.limits.values import is_one_of, listed

INPUT, LABEL, UPLOAD, RADIOS, CHECKBOXES, CHECKBOX = 4, 18, 19, 21, 22, 23
PARTS = 5
CHARACTERS = 4000


def check_modal(modal: Form) -> None:
    modal.text("custom_id", 100, 1, needed=True)
    modal.text("title", 45, 1, needed=True)
    tally = Tally()
    for part in modal.forms("components", PARTS, 1, needed=True):
        _check(part, {ROW: _check_row, TEXT: check_text, LABEL: _check_label}, tally)


def _check(component: Form, checks: dict[int, Callable[[Form, Tally], None]], tally: Tally) -> None:
    kind = component.value.get("type")
    if kind is None:
        component.wrong(None, codes.TYPE_MISSING)
    elif not is_one_of(kind, checks):
        component.wrong(None, codes.TYPE_UNKNOWN, choices=listed(checks))
    else:
        tally.add(component)
        checks[int(kind)](component, tally)


def _check_row(row: Form, tally: Tally) -> None:
    """The older way: a text input with its own label."""
    parts = row.forms("components", 5, 1, needed=True)
    for part in parts:
        _check(part, {INPUT: _check_input}, tally)
        part.needs("label")
    for part in parts[1:]:
        part.wrong(None, codes.WIDTH)


def _check_label(label: Form, tally: Tally) -> None:
    label.text("label", 45, 1, needed=True)
    label.text("description", 100, 1)
    if component := label.form("component", needed=True):
        _check(component, _INSIDE, tally)


def _check_input(field: Form, tally: Tally) -> None:
    tally.add_custom_id(field)
    field.choice("style", (1, 2), needed=True)
    field.text("label", 45, 1)
    field.text("placeholder", 100)
    field.boolean("required")
    least = field.number("min_length", 0, CHARACTERS) or 0
    most = field.number("max_length", 1, CHARACTERS) or CHARACTERS
    if least > most:
        field.wrong("min_length", codes.NUMBER_MAX, kind="int", most=most)
    elif field.value.get("value") != "":
        field.text("value", int(most), int(least))


def _check_upload(field: Form, tally: Tally) -> None:
    tally.add_custom_id(field)
    field.boolean("required")
    check_range(field, 10)


def _check_radios(field: Form, tally: Tally) -> None:
    tally.add_custom_id(field)
    field.boolean("required")
    check_options(field, 10, 2, chosen=1)


def _check_checkboxes(field: Form, tally: Tally) -> None:
    tally.add_custom_id(field)
    field.boolean("required")
    check_range(field, 10)
    check_options(field, 10, chosen=field.number("max_values", 1, 10) or 10)


def _check_checkbox(field: Form, tally: Tally) -> None:
    tally.add_custom_id(field)
    field.boolean("default")


_INSIDE: dict[int, Callable[[Form, Tally], None]] = {
    INPUT: _check_input,
    **dict.fromkeys(SELECTS, check_select),
    UPLOAD: _check_upload,
    RADIOS: _check_radios,
    CHECKBOXES: _check_checkboxes,
    CHECKBOX: _check_checkbox,
}
