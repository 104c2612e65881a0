"""Edit under a picture, as members meet it, and what all its buttons heed."""

import sqlite3
from pathlib import Path

import pytest

from bot.answers import Refused
from bot.buttons.edit import form_of
from bot.jobs import NOTE_CHARACTERS, Job, Place
from bot.quoting import units
from playground.testing import Playground
from protocol.paint import PaintRequest
from tests.bot.acting import bot, final, pictures, refused
from tests.bot.changed import filled, note, record


async def test_an_edit_changes_what_was_changed_in_the_form_and_tells_no_more(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="a red cat", style="sks", seed=7, negative="blurry")
        done = await used.message(pictures)
        assert [len(row["components"]) for row in done["components"]] == [5, 2]
        form = await (await member.click(done, "Edit")).form()
        assert filled(form) == {
            "prompt": "a red cat",
            "negative": "blurry",
            "seed": "7",
            "weight": "1",
            "steps": "4",
        }
        used = await member.submit(form, prompt="a *blue* cat", seed="9", weight="0,5")
        edited = await used.message(pictures)
        assert edited["id"] != done["id"]
        assert note(edited) == r"-# changed: seed 7 → 9, weight 1 → 0.5, prompt ~~red~~ **\*blue\***"
        request = (await record(playground, edited)).request
        assert (request.prompt, request.seed, request.steps) == ("a *blue* cat", 9, 4)
        assert (request.negative_prompt, request.adapters[0].weight) == ("blurry", 0.5)
        assert await refused(playground) == []


async def test_a_form_that_was_open_while_the_bot_started_again_is_taken(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="cat", seed=7)).message(pictures)
        form = await (await member.click(done, "Edit")).form()
        assert "weight" not in filled(form)
    async with bot(playground, tmp_path):
        edited = await (await member.submit(form, seed="8")).message(pictures)
        assert note(edited) == "-# changed: seed 7 → 8"
        assert await refused(playground) == []


async def test_somebody_else_edits_and_the_picture_is_theirs(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await (await member.run(demo.art, "paint", prompt="cat", seed=7)).message(pictures)
        await newcomer.messages(demo.art)
        form = await (await newcomer.click(done, "Edit")).form()
        edited = await (await newcomer.submit(form, seed="")).message(pictures)
        assert f"<@{demo.newcomer.id}>" in edited["content"]
        assert note(edited).startswith("-# changed: seed 7 → ")
        assert (await record(playground, edited)).request.seed != 7


async def test_a_private_picture_is_edited_privately_and_in_its_members_language(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        done = await (await russian.run(demo.art, "paint", prompt="кот", seed=7, private=True)).message(pictures)
        form = await (await russian.click(done, "Изменить")).form()
        assert form["title"] == "Нарисовать другими словами"
        edited = await (await russian.submit(form, prompt="рыжий кот")).message(pictures)
        assert edited["only_you"]
        assert note(edited) == "-# изменено: запрос **рыжий**"


async def test_what_everybody_sees_of_an_edit_is_in_the_servers_language(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        done = await (await russian.run(demo.art, "paint", prompt="кот", style="sks", seed=7)).message(pictures)
        form = await (await russian.click(done, "Edit")).form()
        assert form["title"] == "Нарисовать другими словами"
        edited = await (await russian.submit(form, seed="8")).message(pictures)
        assert note(edited) == "-# changed: seed 7 → 8"
        opened = await (await russian.click(done, "Style")).message()
        assert opened["content"] == "Та же картинка в другом стиле:"
        styled = await (await russian.select(opened, "Выберите стиль", "neon")).message(pictures)
        assert note(styled) == "-# style sks → neon"


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("seed", "seven", "The seed must be a whole number from 0 to 9223372036854775807"),
        ("seed", "-2", "The seed must be"),
        ("seed", "9223372036854775808", "The seed must be"),
        ("weight", "3", "The weight of the style must be a number from 0 to 2; you wrote “3”."),
        ("weight", "nan", "The weight of the style must be"),
        ("weight", "1 + 1", "The weight of the style must be"),
        ("steps", "0", "Steps must be a whole number from 1 to 150"),
        ("prompt", "  ", "The prompt must not be empty."),
    ],
)
async def test_a_field_that_cannot_be_is_named_and_the_words_are_given_back(
    playground: Playground, tmp_path: Path, field: str, typed: str, told: str
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="cat", style="sks", seed=7)
        form = await (await member.click(await used.message(pictures), "Edit")).form()
        long = "a long ``` story " * 100
        used = await member.submit(form, **{"prompt": long, field: typed})
        answer = await used.message(lambda message: told in message["content"])
        assert answer["only_you"]
        if field != "prompt":
            back = await used.message(lambda message: message["embeds"])
            assert back["only_you"]
            words = back["embeds"][0]["description"]
            assert words.removeprefix("```\n").removesuffix("\n```").replace("\u200b", "") == long
            assert words.count("```") == 2
        assert len(await final(playground, demo.art)) == 1
        assert await refused(playground) == []


async def test_an_edit_that_changes_nothing_is_told_so(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="cat", style="sks", seed=7, weight=1 / 3)
        form = await (await member.click(await used.message(pictures), "Edit")).form()
        answer = await (await member.submit(form)).message()
        assert answer["only_you"]
        assert answer["content"].startswith("Nothing was changed")
        form = await (await member.click((await final(playground, demo.art))[0], "Edit")).form()
        edited = await (await member.submit(form, steps="6")).message(pictures)
        assert (await record(playground, edited)).request.adapters[0].weight == 1 / 3


async def test_a_blend_has_a_strength_for_each_style(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="cat", style="sks", blend_with="neon", seed=7)
        done = await used.message(pictures)
        form = await (await member.click(done, "Edit")).form()
        assert filled(form)["weight"] == "0.5 + 0.5"
        bad = await (await member.submit(form, weight="1")).message()
        assert "2 numbers from 0 to 2" in bad["content"]
        form = await (await member.click(done, "Edit")).form()
        edited = await (await member.submit(form, weight="0.25+1")).message(pictures)
        assert [use.weight for use in (await record(playground, edited)).request.adapters] == [0.25, 1.0]
        assert note(edited) == "-# changed: weight 0.5 + 0.5 → 0.25 + 1"


@pytest.mark.parametrize("button", ["Edit", "Style", "Info"])
async def test_the_buttons_heed_blocks_and_ratings(playground: Playground, tmp_path: Path, button: str) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        await newcomer.messages(demo.art)
        with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
            file.execute(
                "INSERT INTO blocks (guild_id, user_id, until, why, by, at) VALUES (?, ?, NULL, 'Spam.', 1, 0)",
                (demo.guild.id, demo.newcomer.id),
            )
        told = await (await newcomer.click(done, button)).message()
        assert told["only_you"]
        assert told["content"] == "This server does not let you use me.\n> Spam."
        with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
            file.execute("UPDATE jobs SET nsfw = 1")
        told = await (await member.click(done, button)).message()
        assert "age-restricted" in told["content"]


async def test_a_form_and_a_list_are_checked_again_when_they_come_back(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        form = await (await member.click(done, "Edit")).form()
        opened = await (await member.click(done, "Style")).message()
        await moderator.messages(demo.art)
        await (await moderator.click(done, "Delete")).update()
        gone = "This picture is not known here any more."
        used = await member.submit(form, prompt="another cat")
        assert (await used.message(lambda message: message["content"] == gone))["only_you"]
        back = await used.message(lambda message: message["embeds"])
        assert "another cat" in back["embeds"][0]["description"]
        told = await (await member.select(opened, "Choose a style", "neon")).message()
        assert (told["only_you"], told["content"]) == (True, gone)
        assert await final(playground, demo.art) == []


async def test_hostile_words_format_nothing_anywhere(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        form = await (await member.click(done, "Edit")).form()
        hostile = "@everyone <@1> ~~** [x](y) `\n# big\n" + "word " * 300
        used = await member.submit(form, prompt=hostile, negative="||```||")
        edited = await used.message(pictures)
        last = note(edited)
        assert last.startswith(r"-# changed: prompt ~~cat~~ **\@everyone \<\@1\> \~\~\*\* \[x\](y) \` \# big")
        assert len(last) <= len("-# ") + NOTE_CHARACTERS
        assert not edited["mention_everyone"]
        info = await (await member.click(edited, "Info")).message()
        assert info["embeds"][0]["description"].count("```") == 4
        assert await refused(playground) == []


async def test_the_longest_words_there_can_be_still_arrive(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, cut="_" * 400):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="`" * 2000, style="sks", blend_with="neon", steps=150)
        done = await used.message(pictures, seconds=30)
        form = await (await member.click(done, "Edit")).form()
        used = await member.submit(form, prompt="* " * 1000, negative="~" * 2000, seed=str(2**63 - 1))
        edited = await used.message(pictures, seconds=30)
        assert units(edited["content"]) <= 2000
        assert "changed:" in edited["content"]
        info = await (await member.click(edited, "Info")).message()
        assert info["embeds"]
        assert await refused(playground) == []


def test_a_prompt_that_no_form_takes_is_refused() -> None:
    place = Place(channel_id=1, guild_id=1, interaction_id=1, token="", token_until=0.0)
    job = Job(id="0" * 16, user_id=1, request=PaintRequest(prompt="x" * 4001), style="", place=place, created_at=0.0)
    with pytest.raises(Refused, match="longer than a form takes"):
        form_of(job, "en")
