"""Modals, and what stands in them."""

from typing import Any

from tests.playground.refusals.case import Case, callback, choices, text

BAD, REQUIRED = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
PLACE = "data.components.0.component"


def modal(*components: Any, **fields: Any) -> Any:
    body = {"custom_id": "m", "title": "Paint", "components": list(components or (label(),))} | fields
    return callback(9, {key: value for key, value in body.items() if value is not None})


def field(custom_id: str = "prompt", **fields: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": custom_id, "style": 1} | fields


def label(component: Any = None, **fields: Any) -> dict[str, Any]:
    return {"type": 18, "label": "Prompt", "component": component or field()} | fields


def labels(count: int) -> list[Any]:
    return [label(field(f"f{number}")) for number in range(count)]


def inside(**component: Any) -> Any:
    return modal(label(component))


def entry(**fields: Any) -> Any:
    return modal(label(field(**fields)))


def old(*parts: Any) -> Any:
    return modal({"type": 1, "components": list(parts)})


CASES = [
    Case("a long title", modal(title="x" * 46), modal(title="x" * 45), "data.title", BAD, True),
    Case("no title", modal(title=None), modal(), "data.title", REQUIRED, True),
    Case("no custom_id", modal(custom_id=None), modal(), "data.custom_id", REQUIRED, True),
    Case("six parts", modal(*labels(6)), modal(*labels(5)), "data.components", BAD, False),
    Case("no parts", modal(components=[]), modal(text(), label()), "data.components", BAD, True),
    Case("a long label of a part", modal(label(label="x" * 46)), modal(label(label="x" * 45)),
         "data.components.0.label",
         BAD, True),
    Case("a part's long description", modal(label(description="x" * 101)), modal(label(description="x" * 100)),
         "data.components.0.description", BAD, True),
    Case("a button in a modal", inside(type=2, style=1, custom_id="b", label="b"), inside(type=23, custom_id="b"),
         PLACE,
         "UNION_TYPE_CHOICES", True),
    Case("a layout in a modal", modal({"type": 17, "components": [text()]}), modal(text(), label()),
         "data.components.0",
         "UNION_TYPE_CHOICES", True),
    Case("two fields alike", modal(label(), label()), modal(label(), label(field("b"))),
         "data.components.1.component.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", False),
    Case("a field of no style", entry(style=3), entry(style=2), f"{PLACE}.style", "BASE_TYPE_CHOICES", True),
    Case("a field for 4001 characters", entry(max_length=4001), entry(max_length=4000), f"{PLACE}.max_length",
         "NUMBER_TYPE_MAX", True),
    Case("a field for no characters", entry(max_length=0), entry(max_length=1), f"{PLACE}.max_length",
         "NUMBER_TYPE_MIN", True),
    Case("a field that cannot be filled", entry(min_length=9, max_length=8), entry(min_length=8, max_length=8),
         f"{PLACE}.min_length", "NUMBER_TYPE_MAX", False),
    Case("a value longer than its field", entry(max_length=3, value="abcd"), entry(max_length=3, value="abc"),
         f"{PLACE}.value", "BASE_TYPE_MAX_LENGTH", False),
    Case("a long placeholder of a field", entry(placeholder="x" * 101), entry(placeholder="x" * 100),
         f"{PLACE}.placeholder", "BASE_TYPE_MAX_LENGTH", True),
    Case("two fields in a row", old(field(label="a"), field("b", label="b")), old(field(label="a")),
         "data.components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", False),
    Case("a field in a row without label", old(field()), old(field(label="a")), "data.components.0.components.0.label",
         REQUIRED, False),
    Case("26 options in a modal", inside(type=3, custom_id="s", options=choices(26)),
         inside(type=3, custom_id="s", options=choices(25)), f"{PLACE}.options", BAD, True),
    Case("eleven files to upload", inside(type=19, custom_id="u", max_values=11),
         inside(type=19, custom_id="u", min_values=0, max_values=10), f"{PLACE}.max_values", "NUMBER_TYPE_MAX", True),
    Case("one radio button", inside(type=21, custom_id="r", options=choices(1)),
         inside(type=21, custom_id="r", options=choices(2)), f"{PLACE}.options", BAD, True),
    Case("eleven checkboxes", inside(type=22, custom_id="c", options=choices(11)),
         inside(type=22, custom_id="c", options=choices(10)), f"{PLACE}.options", BAD, True),
]  # fmt: skip
