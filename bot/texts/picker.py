"""What Discord's command picker shows: names and descriptions of commands, options and choices."""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.texts import COMMAND_NAME, LANGUAGES, OPTION_NAME, locale_of, translation
from protocol.limits import SAMPLERS

MENU_NAME = "menu name"
DESCRIPTION = "description in the picker"
CHOICE = "choice in the picker"
LIMITS = {COMMAND_NAME: 32, OPTION_NAME: 32, MENU_NAME: 32, DESCRIPTION: 100, CHOICE: 100}
"""Characters, by Discord's limits."""
_CONTEXTS = {
    Location.command_name: COMMAND_NAME,
    Location.group_name: COMMAND_NAME,
    Location.parameter_name: OPTION_NAME,
    Location.command_description: DESCRIPTION,
    Location.group_description: DESCRIPTION,
    Location.parameter_description: DESCRIPTION,
    Location.choice_name: CHOICE,
}
Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


class Translator(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        named = MENU_NAME if isinstance(context.data, app_commands.ContextMenu) else _CONTEXTS.get(context.location)
        return None if named is None else translation(locale_of(locale.value), named, string.message)


def shown(commands: Sequence[Command]) -> Iterator[tuple[str, str]]:
    """All that has a translation, each with its context."""
    for command in commands:
        if isinstance(command, app_commands.ContextMenu):
            yield MENU_NAME, command.name
            continue
        yield COMMAND_NAME, command.name
        yield DESCRIPTION, command.description
        if isinstance(command, app_commands.Group):
            yield from shown(command.commands)
        else:
            yield from _options(command)


def _options(command: app_commands.Command[Any, ..., Any]) -> Iterator[tuple[str, str]]:
    for option in command.parameters:
        yield OPTION_NAME, option.display_name
        yield DESCRIPTION, str(option.description)
        yield from ((CHOICE, choice.name) for choice in option.choices if _is_words(choice.name))


def _is_words(choice: str) -> bool:
    """And no name that is the same in every language."""
    return any(letter.isalpha() for letter in choice) and choice not in (*SAMPLERS, *LANGUAGES.values())
