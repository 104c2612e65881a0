"""What members read in English: all of it used, and put together as their language has it."""

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
from bot.texts import errors, text
from bot.texts.languages import Words
from bot.texts.picker import Command, shown
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest
from tests.bot.test_plans import JOB

ROOT = Path(__file__).parents[2]
BOT = Path(bot.__file__).parent
SAYING = {"text": 1, "Refused": 0, "NoRoom": 0}
"""Which argument is a text's key."""


def trees() -> Iterator[ast.Module]:
    for path in BOT.rglob("*.py"):
        if path.parent.name != "texts":
            yield ast.parse(path.read_text())


def names(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


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
    assert asked - texts.EN.keys() == set()
    used = [key for key in texts.EN if key in constants or any(re.fullmatch(one, key) for one in patterns)]
    assert texts.EN.keys() - set(used) == set()


def forms(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def test_a_text_has_the_same_places_to_fill_in_in_all_its_forms() -> None:
    assert [key for key, words in texts.EN.items() if len({tuple(names(form)) for form in forms(words)}) > 1] == []
    assert [key for key, words in texts.EN.items() if not all(form.strip() for form in forms(words))] == []
    assert [key for key, words in texts.EN.items() if len(forms(words)) > 2] == []


def test_texts_name_commands_and_options_as_their_readers_type_them() -> None:
    """By {/command} and {@option}, as each is called something else in another language."""
    paths = {path for command in COMMANDS for path in paths_of(command)}
    options = {words for context, words in shown(COMMANDS) if context == texts.OPTION_NAME}
    typed = re.compile(rf"(?<![\w{{/<.])/({'|'.join(paths)})(?![\w/])|`({'|'.join(options)})`")
    named = {(key, name) for key, words in texts.EN.items() for form in forms(words) for name in names(form)}
    assert len([name for _, name in named if name[0] in "/@"]) > 10
    known = {f"/{path}" for path in paths} | {f"@{option}" for option in options}
    assert [one for one in named if one[1][0] in "/@" and one[1] not in known] == []
    assert [key for key, words in texts.EN.items() if any(map(typed.search, forms(words)))] == []


def paths_of(command: Command) -> list[str]:
    if isinstance(command, app_commands.Group):
        return [command.name, *(f"{command.name} {path}" for below in command.commands for path in paths_of(below))]
    return [] if isinstance(command, app_commands.ContextMenu) else [command.name]


def test_what_is_filled_in_is_as_the_language_has_it() -> None:
    assert text("en", "no_history") == "You have no pictures yet. `/paint` makes one."
    assert text("ru", "no_history") == "У вас пока нет картинок. Их делает `/нарисовать`."
    assert text("ru", "prefs_nothing") == "Укажите хоть что-то, например `стиль` или `форма`."
    assert text("ru", "info_over_value", strength=0.25) == "отход 0,25"
    assert text("en", "info_over_value", strength=0.25) == "strength 0.25"
    assert [text("ru", "several", count=count) for count in (1, 2, 5, 11, 21, 112)] == [
        "1 картинка",
        "2 картинки",
        "5 картинок",
        "11 картинок",
        "21 картинка",
        "112 картинок",
    ]
    assert [text("en", "several", count=count) for count in (0, 1, 2)] == ["0 pictures", "1 picture", "2 pictures"]


def sayings() -> str:
    """The source of all that says such sentences, in which a sentence of several lines is one."""
    folders = ("adapters", "bot", "engine", "protocol")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.parent.name != "texts"]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in files))


def test_every_sentence_of_an_error_is_one_that_is_said() -> None:
    source = sayings()
    for one in errors.SENTENCES:
        parts = [part for part in re.split(r"\{\w+\}", one.pattern) if len(part) > 3]
        assert parts
        assert [part for part in parts if part not in source] == [], one.pattern
        assert set(names(one.english)) <= set(names(one.pattern))


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


@pytest.mark.parametrize(
    "sentence",
    [
        "This adapter file cannot be used: it is for no base that is known here; unet.x is no layer of the base.",
        "This adapter file cannot be used: it is GLoRA, or has it (a.b); "
        "what is taken is LoRA, LoCon, DoRA, LoHa, LoKr and full differences.",
        "The adapter could not be kept: [Errno 28] No space left on device: '/home/op/adapters/x'.",
        "The adapter /home/op/adapters/x cannot be read: [Errno 5] Input/output error.",
        "ink/ink has no file a.safetensors. It has b.safetensors, c.safetensors and 3 more.",
        "Which file of ink/ink is meant has to be said. It has b.safetensors, c.safetensors.",
        "README.md is not a .safetensors file. It has b.safetensors.",
        "example.org sent a web page, perhaps one to log in, instead of a .safetensors file. Log in.",
        "civitai.com has no such model or version. Check the address for a slip; what is shown on another host of "
        "Civitai has to be named by its page there.",
        "Hugging Face was asked too often. Try again later, or set a token in STYLESEAL_HUGGING_FACE_KEY.",
        "Civitai does not show a version 7 of this model. Check the address for a slip.",
        "This page on Civitai is not that of a model. What is taken: a page, a link.",
    ],
)
def test_why_an_adapter_is_not_taken_is_told_without_a_word_of_english(sentence: str) -> None:
    told = errors.translated("ru", sentence)
    names = r"[\w./]*[./][\w./]+|README|Civitai|Hugging Face|HTTP|LoRA|LoCon|DoRA|LoHa|LoKr|GLoRA"
    assert re.search("[A-Za-z]{2,}", re.sub(names, "", told)) is None, told
    assert "/home" not in told
