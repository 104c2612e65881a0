"""Discord's own description of its API: whether the body of a request is one that it knows.

The document is not part of this repository: `make discord-spec` fetches it. Where it is narrower than Discord it is
widened: ids may be integers, permissions strings; an account may change without its name; messages may be forwarded.
What such a document cannot say (how long all embeds are together) is in `playground.limits`.
"""

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playground.errors import invalid_form
from playground.limits.routes import shape_of
from playground.limits.values import bounded
from playground.sent import Sent

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

VARIABLE = "STYLESEAL_DISCORD_SPEC"
JSON = "application/json"
NAME = "discord-openapi.json"
BASE = "https://playground.invalid/discord"
SAYS = "Discord's OpenAPI document says: "
MOST = 20
"""Mismatches that are told at once."""
PERMISSIONS = ("default_member_permissions", "permissions", "allow", "deny")


class Spec:
    """One document, ready to judge."""

    def __init__(self, document: dict[str, Any]) -> None:
        from playground.schema import prepare

        prepare(_relaxed(document))
        self._registry = _registry(document)
        self._schemas = dict(_bodies(document))
        self._validators: dict[tuple[str, str], Validator] = {}

    @classmethod
    def at_hand(cls) -> "Spec | None":
        """The document that the environment names, or the one in the cache folder; None where there is neither."""
        path = Path(named) if (named := os.environ.get(VARIABLE)) else cached()
        return cls.read(path) if path.is_file() else None

    @classmethod
    def read(cls, path: Path) -> "Spec":
        """Raises `OSError`, or `ValueError` for what is no OpenAPI document."""
        return cls(document_in(path))

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Method and shape of those that have a body."""
        return list(self._schemas)

    def check(self, sent: Sent) -> None:
        """Raises `DiscordError` for a body that the document does not know; routes without one are let through."""
        route = (sent.method, shape_of(sent.template))
        if route not in self._schemas:
            return
        from playground.schema import told

        bounded(sent.body)
        body = {} if sent.body is None else sent.body  # Discord takes none for an empty one
        wrongs: dict[str, tuple[str, str]] = {}
        for error in islice(self._validator(route).iter_errors(body), MOST):
            for place, name, sentence in told(error):
                wrongs.setdefault(place, (name, SAYS + sentence))
        if wrongs:
            raise invalid_form(wrongs)

    def _validator(self, route: tuple[str, str]) -> "Validator":
        from playground.schema import validator_class

        if route not in self._validators:
            pointer = {"$ref": BASE + self._schemas[route]}
            self._validators[route] = validator_class()(pointer, registry=self._registry)
        return self._validators[route]


def cached() -> Path:
    """Where `make discord-spec` puts the document."""
    from platformdirs import user_cache_path

    return user_cache_path("styleseal") / NAME


def document_in(path: Path) -> dict[str, Any]:
    """Raises `OSError`, or `ValueError` for what is no OpenAPI document."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise ValueError("it is no OpenAPI document")
    return document


def _relaxed(document: dict[str, Any]) -> dict[str, Any]:
    """The same document, with what Discord takes beyond it."""
    schemas = document.get("components", {}).get("schemas", {})
    if "SnowflakeType" in schemas:
        schemas["SnowflakeType"] |= {"type": ["string", "integer"], "minimum": 0}
    if "BotAccountPatchRequest" in schemas:
        schemas["BotAccountPatchRequest"].pop("required", None)
    if "MessageReferenceType" in schemas:
        schemas["MessageReferenceType"] = {"type": "integer", "enum": [0, 1]}
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            properties = node.get("properties")
            for name in PERMISSIONS:
                _take_digits(properties.get(name) if isinstance(properties, dict) else None)
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return document


def _take_digits(schema: Any) -> None:
    if not isinstance(schema, dict):
        return
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if "integer" in listed:
        schema |= {"type": [*listed, "string"], "pattern": "^[0-9]+$"}


def _registry(document: dict[str, Any]) -> Any:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    empty: Registry[Any] = Registry()
    return empty.with_resource(BASE, DRAFT202012.create_resource(document))


def _bodies(document: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """For each route with a body where in the document its schema is."""
    for template, methods in document["paths"].items():
        for method, operation in methods.items():
            if not isinstance(operation, dict) or "requestBody" not in operation:
                continue
            kinds = operation["requestBody"].get("content", {})
            kind = JSON if JSON in kinds else next(iter(kinds), None)
            if kind is not None:
                steps = ("paths", template, method, "requestBody", "content", kind, "schema")
                pointer = "#/" + "/".join(quote(step.replace("~", "~0").replace("/", "~1")) for step in steps)
                yield (method.upper(), shape_of(template)), pointer
