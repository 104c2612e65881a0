"""Names that have rules: of commands, of emoji, of people."""

import unicodedata

from playground.limits import codes
from playground.limits.form import Form

MARKED = ((0x0900, 0x097F), (0x0E00, 0x0E7F))
"""Devanagari and Thai, whose vowel signs are no letters."""
IN_NO_ACCOUNT = ("discord", "```", "@", "#", ":")
IN_NO_WEBHOOK = ("discord", "clyde")


def is_command_name(name: str) -> bool:
    """Letters, digits, - _ ' only, and nothing that has a lower case but is not in it."""
    return name == name.lower() and all(_in_command(letter) for letter in name)


def _in_command(letter: str) -> bool:
    if letter in "-_'" or unicodedata.category(letter)[0] in "LN":
        return True
    return any(first <= ord(letter) <= last for first, last in MARKED)


def check_username(owner: Form, most: int, least: int, without: tuple[str, ...] = IN_NO_ACCOUNT) -> None:
    name = owner.text("username", most, least)
    for part in without:
        if name is not None and part in name.lower():
            owner.wrong("username", codes.USERNAME, value=part)
