"""Components V2."""

from typing import Any

from tests.playground.refusals.case import LAYOUT, Case, button, layout, message, text

MAX, BAD, REQUIRED = "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
WEB = {"media": {"url": "https://a.example/x.png"}}
FILES = {0: ("notes.txt", 10)}
POLL = {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "This"}}]}


def container(count: int, **fields: Any) -> Any:
    return layout({"type": 17, "components": [text()] * count} | fields)


def section(count: int = 1, **fields: Any) -> Any:
    made = {"type": 9, "components": [text()] * count, "accessory": button()} | fields
    return layout({key: value for key, value in made.items() if value is not None})


def gallery(count: int = 1, **fields: Any) -> Any:
    return layout({"type": 12, "items": [WEB | fields] * count})


def file(url: str) -> Any:
    return layout({"type": 13, "file": {"url": url}}, files=FILES)


CASES = [
    Case("content beside a layout", layout(text(), content="x"), layout(text()), "content", LEGACY, False),
    Case("embeds beside a layout", layout(text(), embeds=[{"title": "x"}]), layout(text(), embeds=[]), "embeds",
         LEGACY, False),
    Case("a poll beside a layout", layout(text(), poll=POLL), layout(text(), poll=None), "poll", LEGACY, False),
    Case("stickers beside a layout", layout(text(), sticker_ids=["1"]), layout(text(), tts=False), "sticker_ids",
         LEGACY, False),
    Case("a layout without its flag", message(components=[text()]), layout(text()), "components.0",
         "UNION_TYPE_CHOICES", False),
    Case("a layout whose flag an edit takes away", message(method="PATCH", components=[text()], flags=0),
         message(method="PATCH", components=[text()], flags=LAYOUT), "components.0", "UNION_TYPE_CHOICES", False),
    Case("41 components", container(40), container(39), "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", False),
    Case("41 components side by side", layout(*[text()] * 41), layout(*[text()] * 40), "components",
         "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", True),
    Case("4001 characters", layout(text("x" * 4000), text()), layout(text("x" * 3995), text()), "components",
         "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", False),
    Case("4001 characters in one text", layout(text("x" * 4001)), layout(text("x" * 4000)), "components.0.content",
         BAD, True),
    Case("an empty text", layout(text("")), layout(text(".")), "components.0.content", BAD, True),
    Case("four texts in a section", section(4), section(3), "components.0.components", BAD, True),
    Case("a section without accessory", section(accessory=None), section(), "components.0.accessory", REQUIRED, True),
    Case("a text as accessory", section(accessory=text()), section(accessory={"type": 11} | WEB),
         "components.0.accessory",
         "UNION_TYPE_CHOICES", True),
    Case("a button in a section's texts", section(components=[button("x")]), section(components=[text()]),
         "components.0.components.0", "UNION_TYPE_CHOICES", True),
    Case("eleven pictures", gallery(11), gallery(10), "components.0.items", BAD, True),
    Case("no pictures", gallery(0), gallery(1), "components.0.items", BAD, True),
    Case("a picture's long description", gallery(description="x" * 1025), gallery(description="x" * 1024),
         "components.0.items.0.description", BAD, True),
    Case("a picture from nowhere", layout({"type": 12, "items": [{}]}), gallery(), "components.0.items.0.media",
         REQUIRED, True),
    Case("a gallery's file that was not sent", gallery(media={"url": "attachment://x.png"}), gallery(),
         "components.0.items.0.media.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", False),
    Case("a file that was not sent", file("attachment://other.txt"), file("attachment://notes.txt"),
         "components.0.file.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", False),
    Case("a file of the web", file("https://a.example/notes.txt"), file("attachment://notes.txt"),
         "components.0.file.url",
         "UNFURLED_MEDIA_ITEM_ATTACHMENT_REFERENCE_REQUIRED", False),
    Case("a wide separator", layout(text(), {"type": 14, "spacing": 3}), layout(text(), {"type": 14, "spacing": 2}),
         "components.1.spacing", "BASE_TYPE_CHOICES", True),
    Case("an accent past white", container(1, accent_color=0x1000000), container(1, accent_color=0xFFFFFF),
         "components.0.accent_color", "NUMBER_TYPE_MAX", True),
    Case("an empty container", container(0), container(1), "components.0.components", BAD, True),
    Case("a container in a container", layout({"type": 17, "components": [{"type": 17, "components": [text()]}]}),
         layout({"type": 17, "components": [text()]}), "components.0.components.0", "UNION_TYPE_CHOICES", True),
    Case("one custom_id in two sections", layout(*section().body["components"] * 2), section(),
         "components.1.accessory.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", False),
]  # fmt: skip
