"""Requests that Discord refuses, each beside one just inside the limit."""

from tests.playground.refusals import callbacks, commands, components, layouts, messages, modals, places
from tests.playground.refusals.case import Case

CASES: list[Case] = [
    *messages.CASES,
    *components.CASES,
    *layouts.CASES,
    *modals.CASES,
    *callbacks.CASES,
    *commands.CASES,
    *places.CASES,
]
