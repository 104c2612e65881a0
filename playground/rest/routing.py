"""Finds the route that a path fits."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from playground.errors import DiscordError, invalid_form
from playground.rest.call import Route

Params = dict[str, int | str]


class Routing:
    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_length: dict[int, list[tuple[list[str], dict[str, Route]]]] = {}
        for template, methods in sorted(_by_template(routes).items(), key=lambda item: _variables(item[0])):
            parts = template.strip("/").split("/")
            self._by_length.setdefault(len(parts), []).append((parts, methods))

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """With what the path says in the template's places, as text. Raises `DiscordError` where the path is a route's
        and the method is not."""
        parts = [unquote(part) for part in raw_path.strip("/").split("/")]
        others = False
        for template, methods in self._by_length.get(len(parts), ()):
            if (said := _fit(template, parts)) is None:
                continue
            if method in methods:
                return methods[method], said
            others = True
        if others:
            raise DiscordError(405, 0, "405: Method Not Allowed")
        return None


def numbers(said: Mapping[str, str]) -> Params:
    """Ids as numbers. Raises `DiscordError` for an id that is none."""
    params: Params = {}
    for name, value in said.items():
        if not name.endswith("_id"):
            params[name] = value
        elif value.isascii() and value.isdigit() and len(value) < 20:
            params[name] = int(value)
        else:
            raise invalid_form({name: ("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')})
    return params


def _by_template(routes: Iterable[Route]) -> dict[str, dict[str, Route]]:
    found: dict[str, dict[str, Route]] = {}
    for route in routes:
        if route.method in (methods := found.setdefault(route.template, {})):
            raise ValueError(f"{route.method} {route.template} is there twice")
        methods[route.method] = route
    return found


def _variables(template: str) -> int:
    """The fewer a template has, the earlier it is tried: @me before {user_id}."""
    return template.count("{")


def _fit(template: list[str], parts: list[str]) -> dict[str, str] | None:
    said = {}
    for wanted, part in zip(template, parts, strict=True):
        if wanted.startswith("{"):
            said[wanted.strip("{}")] = part
        elif wanted != part:
            return None
    return said
