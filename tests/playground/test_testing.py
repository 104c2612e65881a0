"""The pytest plugin: its fixture, and what it says of a bot that does not come up."""

import asyncio
import sys

import pytest

from playground.testing import BotFailed, NotAnswered, Playground
from tests.playground.conftest import PYTHON_BOT, WHERE

pytest_plugins = ["playground.testing"]


async def test_the_fixture_runs_a_bot_and_people_use_it(playground: Playground) -> None:
    demo = playground.demo
    async with playground.bot(PYTHON_BOT, WHERE) as bot, playground.as_(demo.member) as member:
        used = await member.run(demo.general, "ping")
        await used.acknowledged()
        assert (await used.message())["content"] == "pong"
        assert bot.is_running
        assert any(entry["method"] == "PUT" for entry in await playground.log())
    assert not bot.is_running


async def test_a_bot_that_ends_shows_what_it_wrote(playground: Playground) -> None:
    with pytest.raises(BotFailed, match=r"ended with 3; it wrote:\nno token"):
        async with playground.bot([sys.executable, "-c", "print('no token'); raise SystemExit(3)"]):
            pass


async def test_a_bot_that_is_never_ready_shows_what_it_wrote(playground: Playground) -> None:
    with pytest.raises(BotFailed, match=r"not ready within 0.3 s; it wrote:\nwaiting"):
        async with playground.bot(["sh", "-c", "echo waiting; exec sleep 60"], seconds=0.3):
            pass


async def test_the_environment_says_where_the_playground_is(playground: Playground) -> None:
    told = "import os; print(os.environ['PLAYGROUND_API'], os.environ['PLAYGROUND_TOKEN'], os.environ['MINE'])"
    with pytest.raises(BotFailed, match=f"{playground.api} {playground.token} own"):
        async with playground.bot([sys.executable, "-c", told], {"MINE": "own"}):
            pass


async def test_a_command_that_nobody_has_is_named_with_those_there_are(playground: Playground) -> None:
    with pytest.raises(AssertionError, match=r"there is no command paint .* only: none"):
        await playground.as_(playground.demo.member).run(playground.demo.general, "paint")


async def test_silence_is_told_as_discord_tells_it(playground: Playground) -> None:
    demo = playground.demo
    async with playground.bot(PYTHON_BOT, WHERE):
        used = await playground.as_(demo.member).run(demo.general, "silence")
        await playground.advance(3)
        with pytest.raises(NotAnswered, match="did not respond"):
            await used.acknowledged()


async def test_whoever_does_two_things_at_once_sees_each_event_once(playground: Playground) -> None:
    member = playground.as_(playground.demo.member)
    await asyncio.gather(member.open(), member.open())
    await member.say(playground.demo.general, "once")
    await member.say(playground.demo.general, "then")
    await member.event("MESSAGE_CREATE", lambda data: data["content"] == "then")
    assert [event["data"]["content"] for event in member.events if event["name"] == "MESSAGE_CREATE"] == [
        "once",
        "then",
    ]
