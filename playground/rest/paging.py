"""How much of a long list is asked for, and from where."""

from collections.abc import Mapping

from playground.errors import DiscordError, invalid_form


def limit_of(query: Mapping[str, str], default: int, most: int) -> int:
    """Raises `DiscordError` for a limit that cannot be."""
    given = query.get("limit", str(default))
    if not _is_number(given):
        raise invalid_form({"limit": ("NUMBER_TYPE_COERCE", f'Value "{given}" is not int.')})
    if not 1 <= int(given) <= most:
        raise _out_of_range(int(given), most)
    return int(given)


def id_of(query: Mapping[str, str], name: str) -> int | None:
    given = query.get(name)
    if given is None or _is_number(given):
        return None if given is None else int(given)
    raise invalid_form({name: ("NUMBER_TYPE_COERCE", f'Value "{given}" is not snowflake.')})


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 20


def _out_of_range(given: int, most: int) -> DiscordError:
    if given > most:
        told = ("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    else:
        told = ("NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
    return invalid_form({"limit": told})
