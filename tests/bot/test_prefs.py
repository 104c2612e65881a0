"""What members like, as they set it and as it is used; and the copy of everything they can ask for."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands.paint import paint
from bot.commands.prefs import set_
from bot.preferences import Preferences, sound
from bot.texts import text
from playground.testing import Person, Playground
from protocol.parameters import painted_in
from tests.bot.acting import bot, buttons, pictures, refused

Json = dict[str, Any]


async def told(person: Person, channel: Any, command: str, **given: Any) -> Json:
    """What `/prefs` answers, to nobody else."""
    message = await (await person.run(channel, f"prefs {command}", **given)).message()
    assert message["only_you"]
    return message


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for embed in message["embeds"] for field in embed["fields"]}


async def direct(playground: Playground, person: Person) -> Any:
    """The channel of somebody's direct messages with the bot."""
    channel = await person.post("direct", **{"with": str(playground.demo.app.user.id)})
    return SimpleNamespace(id=int(channel["id"]))


async def test_what_is_set_is_used_wherever_nothing_else_is_said(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        saved = await told(
            member, demo.art, "set", style="sks", weight=0.5, aspect="2:3", steps=6, guidance=3.5, negative="*fog*"
        )
        assert saved["content"] == "Noted. From now on you need not say it."
        shown = fields(saved)
        assert (shown["Style"], shown["Weight"], shown["Shape"], shown["Steps"]) == ("sks", "0.5", "2:3", "6")
        assert (shown["Guidance"], shown["Not to paint"]) == ("3.5", r"\*fog\*")
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        request = painted_in(await playground.download(done["attachments"][0]["url"])).request
        assert (request.steps, request.guidance_scale, request.negative_prompt) == (6, 3.5, "*fog*")
        assert (request.adapters[0].weight, (request.width or 0) < (request.height or 0)) == (0.5, True)
        other = await (
            await member.run(demo.art, "paint", prompt="cat", style="neon", weight=1.5, steps=2, aspect="1:1")
        ).message(pictures)
        request = painted_in(await playground.download(other["attachments"][0]["url"])).request
        assert (request.steps, request.adapters[0].weight, request.width) == (2, 1.5, request.height)
        await told(member, demo.art, "set", steps=9)
        again = await (await member.click(done, "Again")).message(pictures)
        assert painted_in(await playground.download(again["attachments"][0]["url"])).request.steps == 6
    assert await refused(playground) == []


async def test_private_by_default_is_private_unless_it_is_said(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        assert fields(await told(member, demo.art, "set", private=True, preview=False))["Only you see it"] == "yes"
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        assert done["only_you"]
        done = await (await member.run(demo.art, "paint", prompt="cat", private=False)).message(pictures)
        assert "only_you" not in done


async def test_another_language_is_spoken_at_once_and_after_a_restart(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        saved = await told(member, demo.art, "set", language="ru")
        assert saved["content"] == text("ru", "prefs_saved")
        assert fields(saved)["Язык"] == "Русский"
    async with bot(playground, tmp_path):
        place = await direct(playground, member)
        assert fields(await told(member, place, "show"))["Хранится картинок"] == "пока нет; места 500 МиБ"
        done = await (await member.run(place, "paint", prompt="кот")).message(pictures)
        assert "Ещё раз" in buttons(done)
        saved = await told(member, place, "set", language="client")
        assert fields(saved)["Language"] == "as your Discord"


async def test_a_russian_member_reads_everything_in_russian(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    russian = playground.as_(demo.russian)
    async with bot(playground, tmp_path):
        group = next(one for one in await russian.commands(demo.art) if one["name"] == "prefs")
        for described in (group, *group["options"], *(o for one in group["options"] for o in one.get("options", ()))):
            assert not described["shown_description"].isascii(), described["name"]
        assert text("ru", "prefs_title") == (await told(russian, demo.art, "show"))["embeds"][0]["title"]
        answer = await told(russian, demo.art, "favourite", style="noen")
        assert answer["content"] == "Стиля noen здесь нет. Может быть, neon?"
        answer = await told(russian, demo.art, "favourite", style="NEON")
        assert answer["content"] == "★ **neon** теперь в избранном и среди первых в списке стилей."
        assert "всё, что я о вас храню" in (await told(russian, demo.art, "export"))["content"]
        question = await told(russian, demo.art, "forget")
        assert buttons(question) == ["Забыть всё", "Оставить"]
        done = await (await russian.click(question, "Забыть всё")).update(lambda m: m["content"].startswith("Готово"))
        assert done["content"] == "Готово, всё удалено: 0 запросов, 0 картинок."
    assert await refused(playground) == []


async def test_one_or_all_of_them_can_be_reset(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        await told(member, demo.art, "set", style="sks", steps=6, guidance=2)
        shown = fields(await told(member, demo.art, "reset", option="style"))
        assert (shown["Style"], shown["Steps"], shown["Guidance"]) == ("none", "6", "2")
        shown = fields(await told(member, demo.art, "reset"))
        assert (shown["Steps"], shown["Guidance"]) == ("—", "—")
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file:
            assert file.execute("SELECT * FROM preferences").fetchall() == []


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({}, "Say at least one thing to keep, such as `style` or `aspect`."),
        ({"style": "woodcat"}, "There is no style woodcat here. Did you mean woodcut?"),
        ({"style": "**" * 60}, "There is no style " + r"\*" * 10),
        ({"negative": "   "}, "negative must not be empty."),
    ],
)
async def test_what_cannot_be_set_is_said_and_nothing_is_changed(
    playground: Playground, tmp_path: Path, given: Json, answer: str
) -> None:
    member = playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        assert (await told(member, playground.demo.art, "set", **given))["content"].startswith(answer)
        assert fields(await told(member, playground.demo.art, "show"))["Style"] == "none"


async def test_a_favourite_goes_first_also_after_a_restart_and_loses_its_star_again(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)

    async def offered(command: str) -> list[str]:
        found = await member.complete(demo.art, command, "style", **({"prompt": "x"} if command == "paint" else {}))
        return [choice["name"] for choice in found]

    async with bot(playground, tmp_path):
        starred = await told(member, demo.art, "favourite", style="woodcut")
        assert starred["content"] == "★ **woodcut** is a favourite now, and among the first in the list of styles."
        await (await member.run(demo.art, "paint", prompt="x", style="neon")).message(pictures)
        assert (await offered("prefs favourite"))[:2] == ["★ woodcut - Woodcut", "neon - Neon"]
    async with bot(playground, tmp_path):
        assert await offered("paint") == ["★ woodcut - Woodcut", "neon - Neon", "sks - Sks"]
        assert fields(await told(member, demo.art, "show"))["Favourites"] == "★ woodcut"
        taken = await told(member, demo.art, "favourite", style="woodcut")
        assert taken["content"] == "☆ **woodcut** is not a favourite any more."
        assert "Favourites" not in fields(await told(member, demo.art, "show"))


async def test_what_was_kept_and_may_not_be_today_stops_nobody_from_painting(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        file.execute(
            "INSERT INTO preferences VALUES (?, 'gone', 50.0, '7:5', 9999, -3.0, ?, 'tlh', 7, 0, 0)",
            (demo.member.id, "x" * 7_000),
        )
        file.execute("INSERT INTO styles_used VALUES (?, 'gone', 0, 1)", (demo.member.id,))
    async with bot(playground, tmp_path):
        shown = fields(await told(member, demo.art, "show"))
        assert shown["Style"] == "~~gone~~ is not here any more"
        assert (shown["Weight"], shown["Shape"], shown["Steps"], shown["Not to paint"]) == ("—", "—", "—", "—")
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        assert pictures(done)
        taken = await told(member, demo.art, "favourite", style="gone")
        assert taken["content"] == "☆ **gone** is not a favourite any more."


def test_only_what_a_request_may_not_have_is_passed_over() -> None:
    good = Preferences(
        style="x", weight=0.0, aspect="16:9", steps=1, guidance=0.0, negative="", language="ru", preview=False
    )
    assert sound(good) == good
    bad = Preferences(weight=float("nan"), steps=0, aspect="", negative="\ud800", language="en", private=True)
    assert sound(bad) == Preferences(language="en", private=True)


def test_the_bounds_are_those_of_painting() -> None:
    ours = {one.name: one for one in set_.parameters}
    theirs = {one.name: one for one in paint.parameters}
    for name in ("weight", "aspect", "steps", "guidance", "negative"):
        bounds = [(one.type, one.min_value, one.max_value, one.choices) for one in (ours[name], theirs[name])]
        assert bounds[0] == bounds[1], name


async def test_a_member_whom_a_server_blocks_has_their_data_nevertheless(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        await told(member, demo.art, "set", steps=7)
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
        file.execute("INSERT INTO blocks VALUES (?, ?, NULL, 'rude', 1, 0)", (demo.guild.id, demo.member.id))
    async with bot(playground, tmp_path):
        assert "does not let you" in (await told(member, demo.art, "set", steps=8))["content"]
        export = await told(member, demo.art, "export")
        data = json.loads(await playground.download(export["attachments"][0]["url"]))
        assert (data["preferences"][0]["steps"], data["blocks"][0]["why"]) == (7, "rude")
        question = await told(member, demo.art, "forget")
        done = await (await member.click(question, "Forget everything")).update(lambda m: m["content"][:4] == "Done")
        assert done["content"].endswith("1 server does not let you use me, and that stays, to protect it.")
