"""Whether an answer has the form that Discord's own document gives it, where there is a copy of that at hand."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from playground.limits.routes import shape_of
from playground.spec import VARIABLE, cached, document_in

_NOT_MEANT = re.compile(r"message_reference\.type$")
"""The document forgets that a reference can be that of a forwarded message."""
_BASE = "https://playground.invalid/answers"


def check_answer(method: str, template: str, status: int, body: Any) -> None:
    """Fails for a body of another form. Says nothing where there is no document, or it says nothing of that answer."""
    if _document() is None or status >= 300 or status == 204 or "/invites" in template:
        return
    found = _schemas().get((method, shape_of(template), str(status)))
    assert found is not None, f"{method} {template} never answers {status}"
    wrongs = [f"{place}: {told}" for place, told in _wrongs(found, body) if not _NOT_MEANT.search(place)]
    assert not wrongs, f"{method} {template}: {wrongs}"


@cache
def _document() -> dict[str, Any] | None:
    path = Path(os.environ.get(VARIABLE) or cached())
    return document_in(path) if path.is_file() else None


@cache
def _schemas() -> dict[tuple[str, str, str], str]:
    """Where the schema of an answer is, by method, route and status."""
    found = {}
    for template, methods in (_document() or {"paths": {}})["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation.get("responses", {}).items() if isinstance(operation, dict) else ():
                if "application/json" in answer.get("content", {}):
                    steps = ("paths", template, method, "responses", status, "content", "application/json", "schema")
                    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
                    pointer = "/".join(escaped).replace("{", "%7B").replace("}", "%7D")
                    found[method.upper(), shape_of(template), status] = f"{_BASE}#/{pointer}"
    return found


def _wrongs(pointer: str, body: Any) -> list[tuple[str, str]]:
    return [one for error in _validator(pointer).iter_errors(body) for one in _leaves(error)]


@cache
def _validator(pointer: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator({"$ref": pointer}, registry=_registry())


@cache
def _registry() -> Any:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    empty: Registry[Any] = Registry()
    return empty.with_resource(_BASE, DRAFT202012.create_resource(_document()))


def _leaves(error: Any) -> list[tuple[str, str]]:
    """Of a union what is wrong with the branch that comes nearest."""
    if not error.context:
        return [(".".join(str(step) for step in error.absolute_path), error.message[:200])]
    branches: dict[Any, list[Any]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    nearest = min(branches.values(), key=len)
    return [leaf for one in nearest for leaf in _leaves(one)]
