"""Application commands."""

from typing import Any

from tests.playground.refusals.case import ID, Case, command, option, request

BAD, REQUIRED = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_REQUIRED"
NAME = "APPLICATION_COMMAND_INVALID_NAME"
ALL = "/applications/{application_id}/commands"
MENU = {"type": 3, "name": "Paint this", "description": ""}


def everything(*bodies: Any) -> Any:
    return request("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", list(bodies))


def plain(count: int, kind: int = 1) -> list[Any]:
    description = {"description": "d"} if kind == 1 else {}
    return [{"type": kind, "name": f"c{number}"} | description for number in range(count)]


def options(*given: Any) -> Any:
    return command(options=list(given))


def choosing(count: int = 1, kind: int = 3, **fields: Any) -> Any:
    value = (lambda number: f"{number}") if kind == 3 else int
    made = [{"name": f"n{number}", "value": value(number)} | fields for number in range(count)]
    return options(option(kind, choices=made))


def long(characters: int) -> Any:
    """A command of so many characters: 11 of its own, 15 of each option, 2 of each choice, the rest in values."""
    left = characters - 11 - 4 * 15 - 100 * 2
    values = ["x" * min(100, max(0, left - 100 * number)) for number in range(100)]
    made = [{"name": f"{number:02}", "value": value} for number, value in enumerate(values)]
    return options(*(option(3, f"o{part}", choices=made[25 * part : 25 * part + 25]) for part in range(4)))


SUB = option(1, "sub")
CASES = [
    Case("a name with a capital", command(name="Paint"), command(name="paint-it"), "name", NAME, False),
    Case("a name with a blank", command(name="paint it"), command(name="рисуй"), "name", NAME, False),
    Case("a name with a dot", command(name="paint.it"), command(name="पेंट"), "name", NAME, False),
    Case("a name of 33 letters", command(name="x" * 33), command(name="x" * 32), "name", BAD, True),
    Case("an empty name", command(name=""), command(name="x"), "name", BAD, True),
    Case("no name", request("POST", ALL, {"description": "x"}), command(), "name", REQUIRED, True),
    Case("a long description", command(description="x" * 101), command(description="x" * 100), "description", BAD,
         True),
    Case("an empty description", command(description=""), command(description="."), "description", BAD, False),
    Case("no description", request("POST", ALL, {"name": "x"}), request("POST", ALL, {"name": "X", "type": 2}),
         "description", REQUIRED, False),
    Case("a menu with a description", request("POST", ALL, MENU | {"description": "x"}), request("POST", ALL, MENU),
         "description", "APPLICATION_COMMAND_CONTEXT_MENU_FIELD", False),
    Case("a menu with options", request("POST", ALL, MENU | {"options": [option()]}), request("POST", ALL,
         MENU | {"options": []}),
         "options", "APPLICATION_COMMAND_CONTEXT_MENU_FIELD", False),
    Case("a command of no type", command(type=9), command(type=1), "type", "BASE_TYPE_CHOICES", True),
    Case("26 options", options(*(option(3, f"o{n}") for n in range(26))), options(*(option(3,
         f"o{n}") for n in range(25))),
         "options", "BASE_TYPE_MAX_LENGTH", True),
    Case("an option of no type", options(option(12)), options(option(11)), "options.0", "UNION_TYPE_CHOICES", True),
    Case("an option without type", options({"name": "x", "description": "x"}), options(option()), "options.0",
         "TAG_FIELD_MISSING", True),
    Case("an option with a capital", options(option(3, "Prompt")), options(option(3, "prompt_2")), "options.0.name",
         NAME, False),
    Case("an option's long description", options(option(description="x" * 101)), options(option(description="x" * 100)),
         "options.0.description", BAD, True),
    Case("an option's empty description", options(option(description="")), options(option(description=".")),
         "options.0.description", BAD, True),
    Case("two options alike", options(option(), option(4)), options(option(), option(4, "seed")), "options.1",
         "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", False),
    Case("what is required after what is not", options(option(), option(4, "seed", required=True)),
         options(option(required=True), option(4, "seed")), "options.1",
         "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", False),
    Case("required as a word", options(option(required="yes")), options(option(required=True)), "options.0.required",
         "BOOLEAN_TYPE_CONVERT", True),
    Case("a sub-command beside an option", options(SUB, option()), options(SUB, option(2, "group", options=[SUB])),
         "options",
         "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", False),
    Case("a sub-command in a sub-command", options(option(1, "a", options=[SUB])), options(option(1, "a",
         options=[option()])),
         "options.0.options.0", "UNION_TYPE_CHOICES", True),
    Case("an option in a group", options(option(2, "g", options=[option()])), options(option(2, "g", options=[SUB])),
         "options.0.options.0", "UNION_TYPE_CHOICES", True),
    Case("26 registered choices", choosing(26), choosing(25), "options.0.choices", "BASE_TYPE_MAX_LENGTH", True),
    Case("a registered choice's long name", choosing(name="x" * 101), choosing(name="x" * 100),
         "options.0.choices.0.name",
         BAD, True),
    Case("a registered choice's long value", choosing(value="x" * 101), choosing(value="x" * 100),
         "options.0.choices.0.value", "BASE_TYPE_MAX_LENGTH", False),
    Case("a number's choice as text", choosing(kind=4, value="1"), choosing(kind=4, value=1),
         "options.0.choices.0.value",
         "NUMBER_TYPE_COERCE", True),
    Case("a choice past 2^53", choosing(kind=4, value=2**53), choosing(kind=4, value=2**53 - 1),
         "options.0.choices.0.value",
         "NUMBER_TYPE_MAX", True),
    Case("two choices alike", choosing(2, name="x"), choosing(2), "options.0.choices.1",
         "APPLICATION_COMMAND_OPTIONS_CHOICES_DUPLICATE", False),
    Case("choices and completion", options(option(autocomplete=True, choices=[{"name": "a", "value": "a"}])),
         options(option(autocomplete=True, choices=[])), "options.0.autocomplete",
         "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID",
         False),
    Case("completion of a role", options(option(8, autocomplete=True)), options(option(8)), "options.0.autocomplete",
         "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", False),
    Case("at least 10 and at most 9", options(option(4, min_value=10, max_value=9)), options(option(4, min_value=9,
         max_value=9)),
         "options.0.min_value", "NUMBER_TYPE_MAX", False),
    Case("half a step", options(option(4, min_value=0.5)), options(option(10, min_value=0.5)), "options.0.min_value",
         "NUMBER_TYPE_COERCE", True),
    Case("a text of 6001 characters", options(option(max_length=6001)), options(option(max_length=6000)),
         "options.0.max_length", "NUMBER_TYPE_MAX", True),
    Case("an option's channel of no type", options(option(7, channel_types=[6])), options(option(7, channel_types=[0,
         5])),
         "options.0.channel_types.0", "BASE_TYPE_CHOICES", True),
    Case("a name in no language", command(name_localizations={"pt_BR": "x"}),
         command(name_localizations={"pt-BR": "x"}),
         "name_localizations.pt_BR", "BASE_TYPE_CHOICES", False),
    Case("a translated name with a capital", command(name_localizations={"de": "Malen"}),
         command(name_localizations={"de": "malen", "ru": "рисовать"}), "name_localizations", NAME, False),
    Case("an option's translated name with a capital", options(option(name_localizations={"de": "Wort"})),
         options(option(name_localizations={"de": "wort"})), "options.0.name_localizations.de", NAME, False),
    Case("a long translated name", command(name_localizations={"de": "x" * 33}),
         command(name_localizations={"de": "x" * 32}),
         "name_localizations.de", BAD, True),
    Case("a long translated description", command(description_localizations={"de": "x" * 101}),
         command(description_localizations={"de": "x" * 100}), "description_localizations.de", BAD, True),
    Case("translations as a list", command(name_localizations=[]), command(name_localizations={}), "name_localizations",
         "DICT_TYPE_CONVERT", True),
    Case("8001 characters", long(8001), long(8000), "", "APPLICATION_COMMAND_TOO_LARGE", False),
    Case("a context that is not", command(contexts=[3]), command(contexts=[0, 1, 2]), "contexts.0",
         "BASE_TYPE_CHOICES", True),
    Case("an installation that is not", command(integration_types=[2]), command(integration_types=[0, 1]),
         "integration_types.0", "BASE_TYPE_CHOICES", True),
    Case("a context twice", command(contexts=[0, 0]), command(contexts=[0, 1]), "contexts.1",
         "SET_TYPE_ALREADY_CONTAINS_VALUE", True),
    Case("permissions by name", command(default_member_permissions="manage"), command(default_member_permissions="8"),
         "default_member_permissions", "NUMBER_TYPE_COERCE", True),
    Case("permissions below nothing", command(default_member_permissions=-1), command(default_member_permissions=0),
         "default_member_permissions", "NUMBER_TYPE_MIN", True),
    Case("101 commands", everything(*plain(101)), everything(*plain(100)), None, None, False, code=30032),
    Case("16 menus for people", everything(*plain(16, 2)), everything(*plain(15, 2), *plain(15, 3), *plain(100)),
         None, None,
         False, code=30032),
    Case("131 commands", everything(*plain(131)), everything(*plain(1)), None, None, True, code=30032),
    Case("two commands alike", everything(*plain(2), *plain(1)), everything(*plain(2), *plain(1, 2)), "2",
         "APPLICATION_COMMANDS_DUPLICATE_NAME", False),
    Case("a wrong command among others", everything(*plain(1), {"name": "B", "description": "d"}),
         everything(*plain(2)),
         "1.name", NAME, False),
    Case("a command that is text", everything("paint"), everything(), "0", "MODEL_TYPE_CONVERT", True),
    Case("no commands at all", request("PUT", ALL), request("PUT", ALL, []), "", REQUIRED, True),
    Case("a command for all commands", request("PUT", ALL, {"name": "x"}), request("PUT", ALL, []), "",
         "LIST_TYPE_CONVERT", True),
    Case("a change to a long name", request("PATCH", f"{ALL}/{{command_id}}", {"name": "x" * 33}),
         request("PATCH", f"{ALL}/{{command_id}}", {"description": "x"}), "name", BAD, True),
    Case("an old command's id by name", everything({"id": "x", "name": "x", "description": "x"}),
         everything({"id": ID, "name": "x", "description": "x"}), "0.id", "NUMBER_TYPE_COERCE", True),
]  # fmt: skip
