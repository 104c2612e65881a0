"""The menu of a message: how its picture was painted, and painting it again."""

import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from playground.testing import Playground
from protocol.paint import ResolvedRequest
from protocol.parameters import Painted, embed
from tests.bot.acting import bot, final, pictures, refused

Json = dict[str, Any]
NOTHING = "There is no picture of mine on this message."


def png(**texts: str) -> bytes:
    info, file = PngImagePlugin.PngInfo(), io.BytesIO()
    for keyword, words in texts.items():
        info.add_text(keyword, words)
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def recorded() -> bytes:
    request = ResolvedRequest(
        prompt="a <@1> ```fox```", width=64, height=64, steps=3, guidance_scale=2.0, sampler="ddim", seed=11
    )
    record = Painted(
        request=request, prompt_used="a fox", base_name="*b*", base_fingerprint="f" * 64, lane="bank", batch=""
    )
    return embed(png(), record)


def field(message: Json, name: str) -> str:
    return next(str(one["value"]) for one in message["embeds"][0]["fields"] if one["name"] == name)


async def test_the_menu_of_a_picture_informs_and_paints_again(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, russian = playground.as_(demo.member), playground.as_(demo.russian)
        used = await member.run(demo.art, "paint", prompt="cat", style="sks", seed=7, spoiler=True)
        done = await used.message(pictures)
        told = await (await member.menu(demo.art, "Picture info", done)).message()
        assert told["only_you"]
        assert field(told, "Seed") == "7"
        again = await (await russian.menu(demo.art, "Нарисовать ещё раз", done)).message(pictures)
        assert not again.get("only_you")
        assert again["content"].splitlines()[0] == done["content"].splitlines()[0]
        assert f"<@{demo.russian.id}>" in again["content"]
        assert "seed 7 " not in again["content"]
        told = await (await russian.menu(demo.art, "Сведения о картинке", again)).message()
        assert told["embeds"][0]["title"] == "Как нарисована эта картинка"
        assert await refused(playground) == []


@pytest.mark.parametrize("left", ["files", "nothing"])
async def test_a_picture_is_known_by_its_file_or_its_message_where_its_buttons_are_gone(
    playground: Playground, tmp_path: Path, left: str
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", seed=7)).message(pictures)
        message = playground.state.world.messages[demo.art.id][int(done["id"])]
        message.components = []
        if left == "nothing":
            message.attachments = []
        told = await (await member.menu(demo.art, "Picture info", done)).message()
        assert field(told, "Seed") == "7"
        again = await (await member.menu(demo.art, "Paint again", done)).message(pictures)
        assert again["id"] != done["id"]


@pytest.mark.parametrize("name", ["Picture info", "Paint again"])
async def test_the_menus_heed_blocks_ratings_and_what_was_deleted(
    playground: Playground, tmp_path: Path, name: str
) -> None:
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
        told = await (await newcomer.menu(demo.art, name, done)).message()
        assert (told["only_you"], told["content"]) == (True, "This server does not let you use me.\n> Spam.")
        with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
            file.execute("UPDATE jobs SET nsfw = 1")
        told = await (await member.menu(demo.art, name, done)).message()
        assert told["only_you"]
        assert "age-restricted" in told["content"]
        await (await member.click(done, "Delete")).acknowledged()
        with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
            file.execute("UPDATE jobs SET nsfw = 0, state = 'deleted'")
        told = await (await member.menu(demo.art, name, done)).message()
        assert (told["only_you"], told["content"]) == (True, "This picture is not known here any more.")


async def test_a_picture_that_somebody_posted_says_what_is_in_its_file(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        posted = await member.say(demo.art, "mine", ("a.png", recorded()))
        told = await (await member.menu(demo.art, "Picture info", posted)).message()
        (embed,) = told["embeds"]
        assert told["only_you"]
        assert embed["title"] == "What this file says of itself"
        assert embed["description"].replace("\u200b", "") == "```\na <@1> ```fox```\n```"
        assert (field(told, "Seed"), field(told, "Base")) == ("11", r"\*b\* · ffffffffffff")
        other = png(parameters="a dog\nNegative prompt: ```\nSteps: 20, Seed: 5")
        posted = await member.say(demo.art, "", ("0.png", png()), ("b.png", other))
        told = await (await member.menu(demo.art, "Picture info", posted)).message()
        words = told["embeds"][0]["description"]
        assert words.replace("\u200b", "") == "```\na dog\nNegative prompt: ```\nSteps: 20, Seed: 5\n```"
        assert await refused(playground) == []


async def test_where_there_is_no_picture_of_the_bots_it_says_so(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        named = done["attachments"][0]["filename"]
        said = [
            await member.say(demo.art, "hello"),
            await member.say(demo.art, "", ("a.txt", b"text")),
            await member.say(demo.art, "", ("bare.png", png())),
            await member.say(demo.art, "", ("broken.png", png()[:40])),
            await member.say(demo.art, "", (named, png())),
        ]
        for message in said:
            told = await (await member.menu(demo.art, "Picture info", message)).message()
            assert (told["only_you"], told["content"]) == (True, NOTHING), message
            told = await (await member.menu(demo.art, "Paint again", message)).message()
            assert (told["only_you"], told["content"]) == (True, NOTHING), message
        painted = [one["id"] for one in await final(playground, demo.art) if one["author"].get("bot")]
        assert painted == [done["id"]]
        assert await refused(playground) == []


async def test_a_picture_of_the_bots_that_its_database_does_not_know_is_read_from_its_file(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", seed=7)).message(pictures)
    async with bot(playground, tmp_path / "anew"):
        told = await (await member.menu(demo.art, "Picture info", done)).message()
        assert told["embeds"][0]["title"] == "What this file says of itself"
        assert field(told, "Seed") == "7"
        told = await (await member.menu(demo.art, "Paint again", done)).message()
        assert told["content"] == "This picture is not known here any more."
