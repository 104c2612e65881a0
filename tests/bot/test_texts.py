"""What members read: there in both languages, all of it used, and no longer than Discord takes."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from discord import app_commands

import bot
from bot import texts
from bot.commands import COMMANDS
from bot.init_image import BadImage, upright
from bot.result import failure
from bot.texts import changing, errors, text
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest
from tests.bot.test_plans import JOB

ROOT = Path(__file__).parents[2]
BOT = Path(bot.__file__).parent
ENGLISH, RUSSIAN = texts._TEXTS["en"], texts._TEXTS["ru"]
SAYING = {"text": 1, "Refused": 0, "NoRoom": 0}
"""Which argument is a text's key."""


def trees() -> Iterator[ast.Module]:
    for path in BOT.rglob("*.py"):
        if path.parent.name != "texts":
            yield ast.parse(path.read_text())


def names(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


def test_every_text_is_there_in_both_languages_and_has_the_same_places_to_fill_in() -> None:
    assert ENGLISH.keys() == RUSSIAN.keys()
    assert [key for key in ENGLISH if names(ENGLISH[key]) != names(RUSSIAN[key])] == []
    assert [key for key in ENGLISH if not ENGLISH[key].strip() or not RUSSIAN[key].strip()] == []


def test_every_text_is_used_and_every_text_that_is_used_is_there() -> None:
    constants, patterns, asked = set[str](), set[str](), set[str]()
    for node in (node for tree in trees() for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            constants.add(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values]
            if any(parts) and re.fullmatch(r"\w+", "".join(parts)):
                patterns.add("".join(re.escape(part) or r"\w+" for part in parts))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            key = node.args[SAYING[node.func.id]] if len(node.args) > SAYING[node.func.id] else None
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                asked.add(key.value)
    assert len(asked) > 50
    assert asked - ENGLISH.keys() == set()
    used = [key for key in ENGLISH if key in constants or any(re.fullmatch(one, key) for one in patterns)]
    assert ENGLISH.keys() - set(used) == set()


def commands() -> Iterator[app_commands.Command | app_commands.Group | app_commands.ContextMenu]:  # type: ignore[type-arg]
    for command in COMMANDS:
        yield command
        if isinstance(command, app_commands.Group):
            yield from command.walk_commands()


def test_all_that_the_command_picker_shows_is_there_in_russian_and_fits() -> None:
    shown, menus = set[str](), set[str]()
    for command in commands():
        if isinstance(command, app_commands.ContextMenu):
            menus.add(command.name)
            continue
        shown.add(command.description)
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                shown.add(str(option.description))
                shown |= {one.name for one in option.choices if " " in one.name}  # the others are no sentences
    assert texts.COMMANDS.keys() == shown | menus
    assert [words for pair in texts.COMMANDS.items() for words in pair if not 0 < len(words) <= 100] == []
    assert [one for name in menus for one in (name, texts.COMMANDS[name]) if len(one) > 32] == []


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_what_stands_on_buttons_lists_and_forms_fits(locale: str) -> None:
    known = texts._TEXTS[locale]
    buttons = ("cancel", "collect", "again", "vary", "upscale", "edit", "styles", "info", "delete", "refresh")
    buttons += ("prefs_forget_me", "prefs_keep_me")
    assert [key for key in buttons if len(known[key]) > 80] == []
    assert len(text(locale, "edit_title")) <= 45
    fields = [key for key in changing.EN if re.fullmatch(r"edit_(prompt|negative|seed|weight|steps)", key)]
    assert [key for key in fields if len(known[key]) > 45] == []
    hints = [text(locale, f"edit_{name}_hint", low=0.0, high=150) for name in ("seed", "weight")]
    assert [hint for hint in hints if len(hint) > 100] == []
    assert [key for key in ("pick", "style_list") if len(known[key]) > 100] == []
    assert [key for key in known if len(known[key]) > 1_000] == []


def sayings() -> str:
    """The source of all that says such sentences, in which a sentence of several lines is one."""
    folders = ("adapters", "bot", "engine", "protocol")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.parent.name != "texts"]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in files))


def test_every_sentence_that_is_put_into_russian_is_one_that_is_said() -> None:
    source = sayings()
    for one in errors._SENTENCES:
        parts = [part for part in re.split(r"\{\w+\}", one.pattern) if len(part) > 3]
        assert parts
        assert [part for part in parts if part not in source] == [], one.pattern
        assert set(names(one.ru)) | set(names(one.en)) <= set(names(one.pattern))


def refusal(**given: object) -> str:
    with pytest.raises(InvalidRequest) as refused:
        PaintRequest(**{"prompt": "a cat"} | given)  # type: ignore[arg-type]
    return refused.value.sentence


def test_what_a_member_can_ask_for_wrongly_is_told_in_their_language() -> None:
    twice = (AdapterUse("0" * 64), AdapterUse("0" * 64, 0.5))
    with pytest.raises(BadImage) as bad:
        upright(b"no picture")
    sentences = {
        refusal(prompt=" \n"): "Поле «Запрос» не может быть пустым.",
        refusal(prompt="a" * 6_001): "Поле «Запрос» вмещает не больше 6000 символов, а здесь их 6001.",
        refusal(negative_prompt="\ud800"): "В поле «Чего не рисовать» не может быть управляющих символов, а в нём "
        "есть U+D800.",
        refusal(adapters=twice): "Это один и тот же стиль под двумя именами. Смешать можно только разные.",
        bad.value.sentence: "Рисовать можно поверх целой картинки PNG, JPEG или WebP.",
    }
    assert {sentence: errors.translated("ru", sentence) for sentence in sentences} == sentences
    assert errors.translated("en", refusal(prompt=" ")) == "prompt must not be empty."
    assert "two names" in errors.translated("en", refusal(adapters=twice))


def test_why_a_picture_failed_fits_into_a_message_however_long_it_is() -> None:
    assert len(failure(JOB, "no " * 2_000).form.content) <= 2_000


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_where_a_file_lies_is_for_the_operator_alone(locale: str) -> None:
    for wrong in ("missing: /home/op/a.safetensors", "not the file that was meant: /home/op/a.safetensors was changed"):
        assert "/home" not in errors.translated(locale, f"The adapter of the style sks is {wrong}.")
