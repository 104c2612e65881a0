"""JSON Schema as Discord's document uses it: a union is decided by its `type`, so that an error names one place.

Plain JSON Schema tries every branch of a union and can only say that none fits. Here each union is prepared once:
whether null is in it, and which branch belongs to which value of `type` (or `entity_type`).
"""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from playground.limits import codes
from playground.limits.codes import Code
from playground.limits.values import is_one_of, listed, shown

UNION = "x-union"
"""Where a schema keeps what is known of its union."""
DECIDES = ("type", "entity_type")
MOST = 20
"""Errors of one branch that are looked at."""
Errors = Iterator[ValidationError]
TYPES = {
    "string": codes.STRING,
    "integer": codes.NUMBER,
    "number": codes.NUMBER,
    "boolean": codes.BOOLEAN,
    "array": codes.LIST,
    "object": codes.MODEL,
}


def prepare(document: dict[str, Any]) -> None:
    """Notes at each union in the document how it is decided."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            branches = node.get("oneOf") or node.get("anyOf")
            if isinstance(branches, list) and all(isinstance(branch, dict) for branch in branches):
                node[UNION] = _union(document, branches)
            waiting += (inner for key, inner in node.items() if key != UNION)
        elif isinstance(node, list):
            waiting += node


def _union(document: dict[str, Any], branches: list[dict[str, Any]]) -> dict[str, Any]:
    plain = [branch for branch in branches if branch.get("type") != "null"]
    union: dict[str, Any] = {"null": len(plain) < len(branches), "plain": plain}
    if all("const" in branch for branch in plain):
        return union | {"values": [branch["const"] for branch in plain]}
    for key in DECIDES:
        by: dict[Any, list[dict[str, Any]]] = {}
        known = [_values(document, branch, key) for branch in plain]
        if len(plain) > 1 and all(known):
            for branch, values in zip(plain, known, strict=True):
                for value in values:
                    by.setdefault(value, []).append(branch)
            return union | {"key": key, "by": by}
    return union


def _values(document: dict[str, Any], branch: dict[str, Any], key: str) -> list[Any]:
    """The values of a property that a branch is for."""
    schema = _resolved(document, branch).get("properties", {}).get(key, {})
    for part in (schema, *schema.get("oneOf", ())):
        if "enum" in part:
            return list(part["enum"])
    return []


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    node: Any = schema
    if str(schema.get("$ref", "")).startswith("#/"):
        node = document
        for step in schema["$ref"][2:].split("/"):
            node = node[step]
    return node if isinstance(node, dict) else {}


@cache
def validator_class() -> type[Validator]:
    ours = {"oneOf": _decide, "anyOf": _decide, "uniqueItems": _unique}
    made: type[Validator] = extend(Draft202012Validator, ours)  # type: ignore[no-untyped-call]
    return made


def _decide(validator: Any, branches: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    union = schema[UNION]
    if instance is None and union["null"]:
        return
    if "values" in union:
        if not any(_same(instance, value) for value in union["values"]):
            yield ValidationError("not one of the values", validator="enum", validator_value=union["values"])
        return
    plain = union["plain"]
    given = instance.get(union["key"]) if "key" in union and isinstance(instance, dict) else None
    if given is not None:
        if not is_one_of(given, union["by"]):
            yield ValidationError("no such type", validator=UNION, validator_value=list(union["by"]))
            return
        plain = union["by"][given]
    best: list[ValidationError] | None = None
    for branch in plain:
        errors = list(islice(validator.descend(instance, branch), MOST))
        if not errors:
            return
        best = errors if best is None or len(errors) < len(best) else best
    yield from best or ()


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and not isinstance(one, dict | list) and one == other


def _unique(validator: Any, unique: Any, instance: Any, schema: dict[str, Any]) -> Errors:
    """In one pass, however long the list is."""
    if not unique or not isinstance(instance, list):
        return
    if len({json.dumps(item, sort_keys=True) for item in instance}) < len(instance):
        yield ValidationError("not unique", validator="uniqueItems", validator_value=True)


def told(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """An error in Discord's words: its place, its name, its sentence."""
    steps = [str(step) for step in error.absolute_path]
    instance: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "required":
        for name in wanted:
            if name not in instance:
                yield ".".join([*steps, name]), codes.REQUIRED.name, codes.REQUIRED.sentence
        return
    schema = error.schema if isinstance(error.schema, dict) else {}
    code, said = _code(str(error.validator), wanted, instance, schema)
    yield ".".join(steps), code.name, code.sentence.format(**said)


def _code(keyword: str, wanted: Any, instance: Any, schema: dict[str, Any]) -> tuple[Code, dict[str, Any]]:
    if keyword in ("maxLength", "maxItems", "minLength", "minItems", "maxProperties"):
        return _length(keyword, schema)
    if keyword == "type":
        kinds = [kind for kind in (wanted if isinstance(wanted, list) else [wanted]) if kind != "null"]
        if instance is None:
            return codes.REQUIRED, {}
        return TYPES[kinds[0]], {"value": shown(instance), "kind": "int" if kinds[0] == "integer" else "float"}
    if keyword in ("enum", "const"):
        return codes.CHOICES, {"choices": listed(wanted if isinstance(wanted, list) else [wanted])}
    if keyword in ("maximum", "minimum"):
        kind = codes.NUMBER_MAX if keyword == "maximum" else codes.NUMBER_MIN
        return kind, {"kind": "int", "most": wanted, "least": wanted}
    if keyword == UNION:
        return codes.TYPE_UNKNOWN, {"choices": listed(wanted)}
    return (codes.ALREADY_THERE if keyword == "uniqueItems" else codes.REGEX), {}


def _length(keyword: str, schema: dict[str, Any]) -> tuple[Code, dict[str, Any]]:
    of = keyword[3:]
    least, most = schema.get(f"min{of}", 0), schema.get(f"max{of}")
    if not least:
        return codes.MAX_LENGTH, {"most": most}
    if most is None:
        return codes.MIN_LENGTH, {"least": least}
    return codes.BAD_LENGTH, {"least": least, "most": most}
