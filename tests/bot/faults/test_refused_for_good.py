"""What cannot be delivered, kept or written down: the member is told why, once, and everybody else is served."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from playground.testing import Playground
from tests.bot.faults.judge import IN_PERSON, settled, told_in_person, wrong_with
from tests.bot.faults.lives import living, needs_fake
from tests.bot.faults.members import asked, painted, sees, wants
from tests.bot.faults.scenarios import EDIT, is_painted

pytestmark = needs_fake

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "refuse_upload"}, "does not take a file as large"),
        ({"kind": "forbid", "code": 50013}, "may not attach files here"),
    ],
    ids=["an upload that is too large", "a permission that is gone"],
)
async def test_the_words_stand_without_the_picture_where_only_that_is_refused(
    playground: Playground, fault: Mapping[str, Any], words: str
) -> None:
    demo = playground.demo
    one, other = (wants(playground, demo.member, demo.art, prompt) for prompt in ("unwelcome", "welcome"))
    async with living(playground) as lives:
        lives.hold()
        await asked(one)
        await sees(one, is_painted)
        await playground.post("faults", route=EDIT, method="PATCH", **fault)
        lives.release()
        told = await sees(one, lambda message: words in message["content"])
        assert told["attachments"] == []
        await painted(other)
        await settled(lives.data)
        assert await wrong_with(playground, [other]) == []


async def test_whoever_cannot_be_answered_in_the_channel_is_told_in_person_once(playground: Playground) -> None:
    demo = playground.demo
    shut = wants(playground, demo.member, demo.art, "shut out")
    gone = wants(playground, demo.newcomer, demo.general, "channel is gone")
    async with living(playground) as lives:
        lives.hold()
        await asked(shut)
        await sees(shut, is_painted)
        await playground.fault("forbid", route=EDIT, method="PATCH", code=50001, times=20)
        lives.release()
        await shut.member.event("MESSAGE_CREATE", lambda message: IN_PERSON in message["content"], seconds=20.0)
        playground.state.faults.clear()
        await settled(lives.data)

        lives.hold()
        await asked(gone)
        await sees(gone, is_painted)
        playground.state.world.delete_channel(demo.general)
        since = len(gone.member.events)
        lives.release()
        await gone.member.event(
            "MESSAGE_CREATE", lambda message: IN_PERSON in message["content"], since=since, seconds=20.0
        )
        other = wants(playground, demo.member, demo.art, "afterwards")
        await painted(other)
        await lives.again()
        await settled(lives.data)
        assert await wrong_with(playground, [other]) == []
        assert await told_in_person(playground, [shut, gone]) == []


@pytest.mark.parametrize(
    ("who", "words"), [("member", "cannot write to my disk"), ("russian", "не могу писать на диск")]
)
async def test_a_full_disk_is_said_and_costs_no_more_than_what_is_painted_on_it(
    playground: Playground, who: str, words: str
) -> None:
    demo = playground.demo
    demo.guild.locale = "ru" if who == "russian" else "en-US"
    one, other = (wants(playground, getattr(demo, who), demo.art, prompt) for prompt in ("no room", "room again"))
    async with living(playground) as lives:
        lives.full_disk.touch()
        told = await asked(one, lambda message: words in message["content"])
        assert (told["components"], told["attachments"]) == ([], [])
        assert str(lives.data) not in told["content"]
        lives.full_disk.unlink()
        await painted(other)
        await lives.again()
        await settled(lives.data)
        assert await wrong_with(playground, [other]) == []
        assert not any(map(one.is_picture, await playground.messages(demo.art)))


async def test_a_database_that_is_locked_for_long_loses_nothing(playground: Playground) -> None:
    """What is under way goes on when it can be written; whoever asks meanwhile is told."""
    demo = playground.demo
    going = [wants(playground, demo.member, demo.art, f"going {number}") for number in range(3)]
    refused = wants(playground, demo.newcomer, demo.art, "too early")
    async with living(playground, None, {"seconds": {"bot.store.database._BUSY_MILLISECONDS": 100}}) as lives:
        lives.hold()
        for one in going:
            await asked(one)
            await sees(one, is_painted)
        with closing(sqlite3.connect(lives.data / "bot.sqlite", isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            lives.release()
            used = await refused.member.run(demo.art, "paint", prompt=refused.prompt)
            told = await used.message(lambda message: "cannot write" in message["content"])
            assert told["only_you"]
            await asyncio.sleep(0.5)  # the engine is done with them, and they cannot be kept
            file.execute("ROLLBACK")
        await asyncio.gather(*map(sees, going))
        await painted(refused)
        await lives.again()
        await settled(lives.data)
        assert await wrong_with(playground, [*going, refused]) == []
        assert lives.count == 2
