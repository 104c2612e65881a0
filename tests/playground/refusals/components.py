"""Rows of buttons and select menus."""

from typing import Any

from tests.playground.refusals.case import ID, Case, button, choices, message, rows, select

PLACE = "components.0.components.0"
MAX, BAD, REQUIRED = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
BOTH = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"
LINK = {"style": 5, "url": "https://a.example"}
ROLES = {"type": 6, "custom_id": "roles"}


def buttons(count: int) -> list[Any]:
    return [button(f"b{number}") for number in range(count)]


def row_of(count: int) -> Any:
    return rows(*([button(f"r{number}")] for number in range(count)))


def one(**fields: Any) -> Any:
    return rows([button(**fields)])


def menu(**fields: Any) -> Any:
    return rows([select(**fields)])


def labelled(**fields: Any) -> Any:
    return menu(options=[{"label": "l", "value": "v"} | fields])


CASES = [
    Case("six rows", row_of(6), row_of(5), "components", MAX, False),
    Case("six buttons in a row", rows(buttons(6)), rows(buttons(5)), "components.0.components", BAD, True),
    Case("an empty row", rows([]), rows(buttons(1)), "components.0.components", BAD, True),
    Case("a row without components", message(components=[{"type": 1}]), row_of(1), "components.0.components",
         REQUIRED, True),
    Case("a component without a type", message(components=[{}]), row_of(1), "components.0", "TAG_FIELD_MISSING", True),
    Case("a button outside a row", message(components=[button()]), row_of(1), "components.0", "UNION_TYPE_CHOICES",
         True),
    Case("a row in a row", rows([{"type": 1, "components": []}]), rows([select()]), PLACE, "UNION_TYPE_CHOICES", True),
    Case("a text input in a message", rows([{"type": 4, "custom_id": "a", "style": 1}]), rows([button()]), PLACE,
         "UNION_TYPE_CHOICES", True),
    Case("a menu beside a button", rows([button(), select()]), rows([button()], [select()]),
         "components.0.components.1",
         "COMPONENT_LAYOUT_WIDTH_EXCEEDED", False),
    Case("two menus in a row", rows([select(), select(custom_id="b")]), rows([select()], [select(custom_id="b")]),
         "components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", False),
    Case("one custom_id twice", rows([button(), button()]), rows([button(), button("b")]),
         "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", False),
    Case("one custom_id in two rows", rows([button("style")], [select()]), rows([button()], [select()]),
         "components.1.components.0.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", False),
    Case("a long custom_id", one(custom_id="x" * 101), one(custom_id="x" * 100), f"{PLACE}.custom_id", BAD, True),
    Case("an empty custom_id", one(custom_id=""), one(custom_id="x"), f"{PLACE}.custom_id", BAD, True),
    Case("a button without custom_id", one(custom_id=None), one(), f"{PLACE}.custom_id",
         "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", False),
    Case("a long label", one(label="x" * 81), one(label="x" * 80), f"{PLACE}.label", MAX, True),
    Case("a button with no face", one(label=None), one(label=None, emoji={"name": "🎨"}), f"{PLACE}.label",
         "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", False),
    Case("a seventh style", one(style=7), one(style=4), f"{PLACE}.style", "BASE_TYPE_CHOICES", True),
    Case("a button with an address", one(url="https://a.example"), one(custom_id=None, **LINK), f"{PLACE}.url", BOTH,
         False),
    Case("a link with a custom_id", one(**LINK), one(custom_id=None, **LINK), f"{PLACE}.custom_id", BOTH, False),
    Case("a link without an address", one(style=5, custom_id=None), one(custom_id=None, **LINK), f"{PLACE}.url",
         "BUTTON_COMPONENT_URL_REQUIRED", False),
    Case("a link to a file", one(style=5, custom_id=None, url="file:///x"),
         one(style=5, custom_id=None, url="discord://-/users/1"), f"{PLACE}.url", "URL_TYPE_INVALID_SCHEME", False),
    Case("a premium button with a label", one(style=6, custom_id=None, sku_id=ID),
         one(style=6, custom_id=None, label=None, sku_id=ID), f"{PLACE}.label", "BUTTON_COMPONENT_PREMIUM_FIELDS",
         False),
    Case("a premium button of nothing", one(style=6, custom_id=None, label=None),
         one(style=6, custom_id=None, label=None, sku_id=ID), f"{PLACE}.sku_id", "BUTTON_COMPONENT_SKU_ID_REQUIRED",
         False),
    Case("a triangle for an emoji", one(emoji={"name": "▲"}), one(emoji={"name": "▶️"}), f"{PLACE}.emoji.name",
         "COMPONENT_INVALID_EMOJI", False),
    Case("an emoji's shortcode", one(emoji={"name": "heart"}), one(emoji={"name": "heart", "id": ID}),
         f"{PLACE}.emoji.name", "COMPONENT_INVALID_EMOJI", False),
    Case("two ids alike", rows([button(id=7), button("b", id=7)]), rows([button(id=7), button("b", id=8)]),
         "components.0.components.1.id", "COMPONENT_ID_DUPLICATED", False),
    Case("26 options of a menu", menu(count=26), menu(count=25), f"{PLACE}.options", BAD, True),
    Case("no options", menu(count=0), menu(count=1), f"{PLACE}.options", BAD, True),
    Case("one value twice", menu(options=[*choices(2), *choices(1)]), menu(options=choices(3)), f"{PLACE}.options.2",
         "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", False),
    Case("an option's long label", labelled(label="x" * 101), labelled(label="x" * 100), f"{PLACE}.options.0.label",
         BAD, True),
    Case("an option's long value", labelled(value="x" * 101), labelled(value="x" * 100), f"{PLACE}.options.0.value",
         BAD, True),
    Case("a menu's option with a long description", labelled(description="x" * 101), labelled(description="x" * 100),
         f"{PLACE}.options.0.description", MAX, True),
    Case("a long placeholder", menu(placeholder="x" * 151), menu(placeholder="x" * 150), f"{PLACE}.placeholder", MAX,
         True),
    Case("26 to choose", menu(count=25, max_values=26), menu(count=25, max_values=25), f"{PLACE}.max_values",
         "NUMBER_TYPE_MAX", True),
    Case("more to choose than there are", menu(count=3, max_values=4), menu(count=3, max_values=3), f"{PLACE}.options",
         "BASE_TYPE_MIN_LENGTH", False),
    Case("at least more than at most", menu(min_values=3, max_values=2), menu(min_values=2, max_values=2),
         f"{PLACE}.min_values", "NUMBER_TYPE_MAX", False),
    Case("two chosen of one", menu(options=[choice | {"default": True} for choice in choices(2)]),
         menu(options=[choice | {"default": True} for choice in choices(1)]), f"{PLACE}.options",
         "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", False),
    Case("a person among roles", rows([ROLES | {"default_values": [{"id": ID, "type": "user"}]}]),
         rows([ROLES | {"default_values": [{"id": ID, "type": "role"}]}]), f"{PLACE}.default_values.0.type",
         "BASE_TYPE_CHOICES", True),
    Case("a menu for a channel of no type", rows([{"type": 8, "custom_id": "c", "channel_types": [99]}]),
         rows([{"type": 8, "custom_id": "c", "channel_types": [0, 15]}]), f"{PLACE}.channel_types.0",
         "BASE_TYPE_CHOICES", True),
]  # fmt: skip
