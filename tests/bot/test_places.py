"""Where the bot can be asked, by whom, and what it keeps to itself."""

import sqlite3
import time
from pathlib import Path

from playground.testing import Playground
from protocol.parameters import painted_in
from tests.bot.acting import bot, buttons, final, pictures, refused


async def test_it_paints_in_direct_messages(playground: Playground, tmp_path: Path) -> None:
    member = playground.as_(playground.demo.member)
    channel = await member.post("direct", **{"with": str(playground.demo.app.user.id)})
    there = type("There", (), {"id": int(channel["id"])})
    async with bot(playground, tmp_path):
        done = await (await member.run(there, "paint", prompt="cat", seed=1)).message(pictures)
        again = await (await member.click(done, "Again")).message(pictures)
        assert again["id"] != done["id"]
        assert await refused(playground) == []


async def test_a_member_can_bring_it_along_to_a_server_that_does_not_have_it(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        await playground.post("guild_install", application=str(demo.app.id), guild=str(demo.guild.id), installed=False)
        await member.post("user_install", application=str(demo.app.id), installed=True)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        assert not done.get("only_you")
        assert await refused(playground) == []


async def test_it_paints_in_threads(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        for place in (demo.thread, demo.post):
            await (await playground.as_(demo.member).run(place, "paint", prompt="cat")).message(pictures)
            assert len(await final(playground, place)) == 1


async def test_where_it_may_not_send_it_says_what_it_lacks(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        told = await (await playground.as_(demo.member).run(demo.silent, "paint", prompt="cat")).message()
        assert told["only_you"]
        assert "has to allow me: send messages" in told["content"]


async def test_a_private_picture_is_seen_by_nobody_else(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="cat", private=True)).message(pictures)
        assert done["only_you"]
        again = await (await member.click(done, "Again")).message(pictures)
        assert again["only_you"]
        assert await final(playground, demo.art) == []


async def test_what_was_painted_among_adults_is_not_painted_elsewhere(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.adults, "paint", prompt="cat")).message(pictures)
        await (await member.click(done, "Again")).message(pictures)
        await member.post("channel", channel=str(demo.adults.id), nsfw=False)
        told = await (await member.click(done, "Again")).message()
        assert told["only_you"]
        assert "age-restricted" in told["content"]


async def test_a_blocked_member_is_told_so_whatever_they_press(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
            block = (demo.guild.id, demo.member.id, time.time() + 3600, "Too many cats.", demo.owner.id, time.time())
            file.execute("INSERT INTO blocks (guild_id, user_id, until, why, by, at) VALUES (?, ?, ?, ?, ?, ?)", block)
        for used in (await member.run(demo.art, "paint", prompt="cat"), await member.click(done, "Again")):
            told = await used.message()
            assert told["only_you"]
            assert "does not let you use me until" in told["content"]
            assert "Too many cats." in told["content"]
        assert [one["id"] for one in await final(playground, demo.art)] == [done["id"]]


async def test_a_picture_too_large_for_discord_comes_as_webp_with_all_that_it_says(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    told = {"seconds": {"bot.delivery.REQUEST_BYTES": 40_000, "bot.delivery._BESIDE_FILES": 0}}
    async with bot(playground, tmp_path, told, noise=True):
        done = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat", seed=9)).message(pictures)
        (file,) = done["attachments"]
        assert file["filename"].endswith(".webp")
        assert file["size"] < 40_000
        assert painted_in(await playground.download(file["url"])).request.seed == 9


async def test_commands_are_told_to_discord_only_when_it_does_not_have_them(
    playground: Playground, tmp_path: Path
) -> None:
    async def told() -> int:
        return sum(entry["method"] == "PUT" and "commands" in entry["route"] for entry in await playground.log())

    async with bot(playground, tmp_path):
        assert await told() == 1
    async with bot(playground, tmp_path):
        assert await told() == 1
    playground.demo.app.commands.clear()
    async with bot(playground, tmp_path):
        assert await told() == 2


async def test_members_with_a_heavier_role_come_sooner(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    role = next(role for role in demo.guild.roles.values() if role.name == "Moderator")
    told = {"role_weights": {str(role.id): 10}, "seconds": {"bot.painter.AT_ONCE": 1}}
    async with bot(playground, tmp_path, told, pause=5.0):
        for who in (demo.newcomer, demo.member, demo.member, demo.moderator):
            await (await playground.as_(who).run(demo.art, "paint", prompt="cat")).message()
        # Each has been given nothing yet; for the second picture the weight counts.
        used = await playground.as_(demo.moderator).run(demo.art, "paint", prompt="cat")
        assert (await used.message())["content"] == "You are #3 in line."
        assert buttons(await used.message()) == ["Cancel"]
