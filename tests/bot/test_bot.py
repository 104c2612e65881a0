"""The bot as members meet it: a process of its own, on a Discord of this machine, with an engine that is not one."""

import asyncio
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from playground.testing import Playground
from protocol.parameters import painted_in
from tests.bot.acting import bot, buttons, final, pictures, refused


async def test_a_picture_is_asked_for_waited_for_and_delivered_in_one_message(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=0.05):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="an *astronaut*", style="sks", seed=7, steps=4)
        first = await used.message()
        assert first["content"] == "You are next."
        assert buttons(first) == ["Cancel"]
        done = await used.message(pictures)
        assert done["id"] == first["id"]
        assert done["content"].startswith(r"> an \*astronaut\*, in sks style" + "\n-# sks · seed 7 · 128x128 · 4 steps")
        assert buttons(done) == ["Vary", "Upscale", "Again", "Edit", "Style", "Info", "Delete"]
        record = painted_in(await playground.download(done["attachments"][0]["url"]))
        assert (record.request.prompt, record.request.seed, record.request.steps) == ("an *astronaut*", 7, 4)
        assert await refused(playground) == []


async def test_styles_are_completed_by_parts_and_slips_and_the_last_used_goes_first(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)

        async def names(typed: str) -> list[str]:
            found = await member.complete(demo.art, "paint", "style", prompt="x", style=typed)
            return [choice["value"] for choice in found]

        assert await names("") == ["sks", "neon", "woodcut"]
        assert await names("cut") == await names("woodcud") == ["woodcut"]
        assert await names("zzz") == []
        used = await member.run(demo.art, "paint", prompt="x", style="neon")
        await used.message(pictures)
        assert (await names(""))[0] == "neon"


async def test_again_paints_with_another_seed_and_delete_is_for_its_owner_and_moderators(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        done = await (await member.run(demo.art, "paint", prompt="cat", style="sks", count=2)).message(pictures)
        assert len(done["attachments"]) == 2
        again = await (await newcomer.click(done, "Again")).message(pictures)
        assert again["id"] != done["id"]
        assert again["content"].splitlines()[0] == done["content"].splitlines()[0]
        assert f"<@{demo.newcomer.id}>" in again["content"]
        refused = await (await newcomer.click(done, "Delete")).message()
        assert refused["only_you"]
        assert "Only the one who asked" in refused["content"]
        await moderator.messages(demo.art)
        gone = await (await moderator.click(done, "Delete")).update()
        assert (gone["attachments"], gone["components"], gone["content"]) == ([], [], "Deleted.")


async def test_one_that_waits_or_is_being_painted_can_be_cancelled(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=5.0):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="cat")
        message = await used.message()
        await asyncio.sleep(0.3)
        cancelled = await (await member.click(message, "Cancel")).update(lambda m: m["content"] == "Cancelled.")
        assert cancelled["components"] == []
    assert await final(playground, demo.art) == []


async def test_a_member_may_have_so_many_waiting_and_is_told(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=5.0):
        member = playground.as_(demo.member)
        for _ in range(8 + 5):
            await (await member.run(demo.art, "paint", prompt="cat")).message()
        told = await (await member.run(demo.art, "paint", prompt="cat")).message()
        assert "only_you" in told, told["content"]
        assert told["content"].startswith("You have 5 pictures waiting already")


async def test_what_cannot_be_is_said_to_the_one_who_asked(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        told = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="x", style="skss")).message()
        assert told["only_you"]
        assert "Did you mean sks" in told["content"]


async def test_a_failure_of_the_engine_is_a_sentence_in_the_message(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    (tmp_path / "styles").mkdir()
    async with bot(playground, tmp_path):
        (tmp_path / "styles" / "neon.safetensors").write_bytes(b"changed since")
        used = await playground.as_(demo.member).run(demo.art, "paint", prompt="x", style="neon")
        told = await used.message(lambda message: "could not be painted" in message["content"])
        assert "was changed" in told["content"]
        assert told["components"] == []


async def test_a_bot_that_is_killed_while_it_paints_delivers_once_when_it_is_back(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path, pause=0.5) as first:
        used = await member.run(demo.art, "paint", prompt="cat", style="sks", seed=3)
        message = await used.message()
        await asyncio.sleep(0.4)
        await first.kill()
    async with bot(playground, tmp_path):
        done = await used.message(pictures, seconds=15)
        assert done["id"] == message["id"]
        await asyncio.sleep(0.5)
        assert [one["id"] for one in await final(playground, demo.art)] == [message["id"]]
        again = await (await member.click(done, "Again")).message(pictures)
        assert pictures(again)


@pytest.mark.parametrize("known", [True, False], ids=["its message is known", "its message is not known"])
async def test_a_picture_that_comes_after_the_token_has_died_is_delivered_with_the_bots_own(
    playground: Playground, tmp_path: Path, known: bool
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path, pause=5.0) as first:
        used = await member.run(demo.art, "paint", prompt="cat")
        message = await used.message()
        await asyncio.sleep(0.3)
        await first.kill()
    await playground.fault("expire_tokens")
    with sqlite3.connect(tmp_path / "data" / "bot.sqlite") as file:
        file.execute("UPDATE jobs SET token_until = 0" + ("" if known else ", message_id = NULL"))
    async with bot(playground, tmp_path):
        seen = await member.event(("MESSAGE_CREATE", "MESSAGE_UPDATE"), pictures, seconds=15)
        assert seen["id"] == message["id"]  # it is found by the job that its button names
        await asyncio.sleep(0.3)
        assert len(await final(playground, demo.art)) == 1


async def test_an_engine_that_dies_once_under_a_job_costs_time_only(playground: Playground, tmp_path: Path) -> None:
    demo, pid = playground.demo, tmp_path / "pid"
    async with bot(playground, tmp_path, pause=0.3, pid_file=str(pid)):
        used = await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")
        await used.message(lambda message: "▱" in message["content"])
        os.kill(int(pid.read_text()), signal.SIGKILL)
        assert pictures(await used.message(pictures, seconds=20))


async def test_the_place_told_is_the_fair_one(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=5.0):
        for _ in range(8 + 4):
            await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")).message()
        told = await (await playground.as_(demo.newcomer).run(demo.art, "paint", prompt="cat")).message()
        assert told["content"] in ("You are next.", "You are #2 in line.")


async def test_an_engine_that_dies_twice_under_a_job_ends_it_with_a_sentence(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, dies_at_step=1, pause=0.05):
        used = await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")
        told = await used.message(lambda message: "could not be painted" in message["content"], seconds=25)
        assert "stopped twice" in told["content"]


async def test_a_servers_own_language_is_spoken_in_it(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    demo.guild.locale = "ru"
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        command = next(one for one in await russian.commands(demo.art) if one["name"] == "paint")
        assert command["shown_description"] == "Нарисовать картинку"
        used = await russian.run(demo.art, "paint", prompt="кот")
        done = await used.message(pictures)
        assert "Ещё раз" in buttons(done)


async def test_a_token_that_is_taken_back_ends_the_bot_with_a_sentence(playground: Playground, tmp_path: Path) -> None:
    async with bot(playground, tmp_path) as running:
        playground.demo.app.token = "another"
        await playground.fault("invalid_session", resumable=False)
        async with asyncio.timeout(30):
            await running.ended()
        assert "does not know this token any more" in running.written()
