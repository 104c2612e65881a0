"""Answers to interactions, autocompletion among them."""

from typing import Any

from tests.playground.refusals.case import ID, LAYOUT, Case, callback, text

BAD, REQUIRED = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
PLACE = "data.choices.0"


def complete(count: int = 1, **fields: Any) -> Any:
    choices = [{"name": f"sks {number}", "value": f"{number}"} | fields for number in range(count)]
    return callback(8, {"choices": choices})


def mixed(*values: Any) -> Any:
    return callback(8, {"choices": [{"name": f"{index}", "value": value} for index, value in enumerate(values)]})


CASES = [
    Case("an answer of no type", callback(3), callback(6), "type", "BASE_TYPE_CHOICES", True),
    Case("the answer that premium had", callback(10, {}), callback(12), "type", "BASE_TYPE_CHOICES", True),
    Case("a type as text", callback("4", {"content": "x"}), callback(4, {"content": "x"}), "type",
         "BASE_TYPE_CHOICES", True),
    Case("an answer without data", callback(4), callback(5), "data", REQUIRED, False),
    Case("an answer that is empty", callback(4, {}), callback(4, {"content": "."}), None, None, False, code=50006),
    Case("an answer's long content", callback(4, {"content": "x" * 2001}), callback(4, {"content": "x" * 2000,
         "flags": 64}),
         "data.content", "BASE_TYPE_MAX_LENGTH", True),
    Case("an answer with a strange flag", callback(4, {"content": "x", "flags": 1}),
         callback(4, {"flags": 64 | LAYOUT, "components": [text()]}), "data.flags", "MESSAGE_FLAGS_INVALID", False),
    Case("a deferral with a strange flag", callback(5, {"flags": 2}), callback(5, {"flags": 64}), "data.flags",
         "MESSAGE_FLAGS_INVALID", False),
    Case("an update's long content", callback(7, {"content": "x" * 2001}), callback(7, {"content": ""}), "data.content",
         "BASE_TYPE_MAX_LENGTH", True),
    Case("an answer's file over the limit", callback(4, {"content": "x"}, {0: ("a", 10 * 2**20 + 1)}),
         callback(4, {"content": "x"}, {0: ("a", 10 * 2**20)}), None, None, False, 413, 40005),
    Case("an answer's file that was not sent", callback(4, {"attachments": [{"id": 1}]}, {0: ("a", 1)}),
         callback(4, {"attachments": [{"id": 0}]}, {0: ("a", 1)}), "data.attachments.0", "ATTACHMENT_NOT_FOUND", False),
    Case("26 choices", complete(26), complete(25), "data.choices", "BASE_TYPE_MAX_LENGTH", True),
    Case("a choice's long name", complete(name="x" * 101), complete(name="x" * 100), f"{PLACE}.name", BAD, True),
    Case("a choice's empty name", complete(name=""), complete(name="."), f"{PLACE}.name", BAD, True),
    Case("a choice's long value", complete(value="x" * 101), complete(value="x" * 100), f"{PLACE}.value",
         "BASE_TYPE_MAX_LENGTH", False),
    Case("a choice without a value", complete(value=None), complete(value=""), f"{PLACE}.value", REQUIRED, True),
    Case("a choice that is true", complete(value=True), complete(value=1.5), f"{PLACE}.value", "STRING_TYPE_CONVERT",
         True),
    Case("choices of two kinds", mixed(1, "one"), mixed(1, 2), "data.choices.1.value", "NUMBER_TYPE_COERCE", True),
    Case("a choice in no language", complete(name_localizations={"xx": "x"}), complete(name_localizations={"ru": "x"}),
         f"{PLACE}.name_localizations.xx", "BASE_TYPE_CHOICES", False),
    Case("a completion without data", callback(8), callback(8, {"choices": []}), "data", REQUIRED, True),
    Case("a modal without data", callback(9), callback(9, {
         "custom_id": "m", "title": "t", "components": [{"type": 1, "components": [
             {"type": 4, "custom_id": "f", "style": 1, "label": "l"}]}]}), "data", REQUIRED, True),
    Case("an answer to a message", callback(4, {"content": "x", "allowed_mentions": {"users": [f"<@{ID}>"]}}),
         callback(4, {"content": "x", "allowed_mentions": {"users": [ID]}}), "data.allowed_mentions.users.0",
         "NUMBER_TYPE_COERCE", True),
]  # fmt: skip
