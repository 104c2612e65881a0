"""What goes wrong, as a member reads it whose language is Russian."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import answers
from bot.sizes import ASPECTS
from bot.store.database import StoreFailed
from bot.texts import LANGUAGES, text
from playground.testing import Playground
from protocol.limits import SAMPLERS
from tests.bot.acting import bot, pictures, refused
from tests.bot.looking import job_of, lose

ENGLISH = re.compile(r"(?<!`)\b(?!neon|neom|qqqq)[A-Za-z]{4,}\b(?!`)")
"""But for names."""


async def test_the_command_picker_of_a_russian_member_has_no_english_left(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        commands = await playground.as_(demo.russian).commands(demo.art)
    shown = [one for command in commands for one in shown_in(command)]
    names = {english for english, words, is_name in shown if is_name}
    assert {"paint", "prefs", "history", "style", "prompt"} <= names
    assert [words for _, words, is_name in shown if is_name and not re.fullmatch(r"[а-яё\d_ -]+", words, re.I)] == []
    assert [english for english, words, _ in shown if not re.search("[а-яё]", words, re.I)] == []
    assert [words for _, words, _ in shown if names & set(re.findall("[a-z_]+", words))] == []


def shown_in(command: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """In English, in Russian, and whether it is a name; but for those that are the same everywhere."""
    yield command["name"], command["shown_name"], True
    if command.get("description"):
        yield command["description"], command["shown_description"], False
    for option in command.get("options", ()):
        yield from shown_in(option)
    for choice in command.get("choices", ()):
        if choice["name"] not in (*SAMPLERS, *ASPECTS, *LANGUAGES.values()):
            yield choice["name"], choice["shown_name"], False


async def test_a_refusal_is_in_russian(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        done = await (await russian.run(demo.art, "paint", prompt="кот")).message(pictures)
        form = await (await russian.click(done, "Edit")).form()
        used = [
            await russian.run(demo.art, "paint", prompt="   "),
            await russian.run(demo.art, "paint", prompt="\u0007"),
            await russian.run(demo.art, "paint", prompt="\ud800"),
            await russian.run(demo.art, "paint", prompt="x", negative="\u0007"),
            await russian.run(demo.art, "paint", prompt="x", style="neom"),
            await russian.run(demo.art, "paint", prompt="x", style="qqqq"),
            await russian.run(demo.art, "paint", prompt="x", style="sks", blend_with="qqqq"),
            await russian.run(demo.art, "paint", prompt="x", style="sks", blend_with="SKS"),
            await russian.run(demo.art, "prefs set", negative="   "),
            await russian.run(demo.art, "prefs set", style="neom"),
            await russian.submit(form, prompt="\u0007"),
            await russian.run(demo.silent, "paint", prompt="x"),
        ]
        for one in used:
            told = await one.message()
            assert told["only_you"]
            assert ENGLISH.search(told["content"]) is None, told["content"]
        assert await refused(playground) == []


async def test_that_a_picture_to_paint_over_is_kept_no_more_is_told_in_russian(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        done = await (await russian.run(demo.art, "paint", prompt="кот")).message(pictures)
        varied = await (await russian.click(done, "Vary")).message(pictures)
        lose(tmp_path, job_of(varied))
        told = await (await russian.click(varied, "Again")).message()
        assert told["content"] == "Эта картинка больше не хранится."


async def test_why_a_picture_could_not_be_painted_is_told_in_russian(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        broken = ("a.png", b"\x89PNG\r\n\x1a\nand nothing else")
        used = await russian.run(demo.art, "paint", prompt="кот", image=broken, private=True)
        told = await used.message(lambda one: "не удалось" in one["content"])
        assert told["content"].endswith("Рисовать можно поверх целой картинки PNG, JPEG или WebP.")


async def test_a_member_whose_language_cannot_be_read_is_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: object) -> str:
        raise StoreFailed("The bot's database could not be read.")

    async def say(_: object, sentence: str) -> None:
        said.append(sentence)

    said = list[str]()
    monkeypatch.setattr(answers, "say", say)
    interaction: Any = SimpleNamespace(client=SimpleNamespace(locale_of=fails), locale="ru", id=1)
    async with answers.answering(interaction):
        raise StoreFailed("The bot's database could not be read.")
    assert said == [text("ru", "cannot_write")]
