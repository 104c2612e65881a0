"""Three seconds for an answer, fifteen minutes for a token, and what outlives both."""

import asyncio
import re
from typing import Any

import pytest

from playground.interactions.interaction import Interaction
from playground.testing import NotAnswered, Playground, Refusal
from tests.playground.bots.raw_bot import RawBot
from tests.playground.conftest import PYTHON_BOT, WHERE

PING = {"name": "ping", "description": "x"}
FIND = {
    "name": "find",
    "description": "x",
    "options": [{"type": 3, "name": "what", "description": "x", "autocomplete": True}],
}
REPLY = {"content": "here"}


async def test_an_interaction_without_an_answer_fails_after_three_seconds(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.general, "ping")
    told = await raw_bot.interaction()
    await empty.advance(3)
    with pytest.raises(NotAnswered):
        await used.acknowledged()
    status, error = await raw_bot.answer(told, 4, REPLY)
    assert (status, error["code"]) == (404, 10062)


async def test_an_answer_just_in_time_is_taken(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.general, "ping")
    told = await raw_bot.interaction()
    await empty.advance(2)
    assert (await raw_bot.answer(told, 4, REPLY))[0] == 200
    await used.acknowledged()


async def test_choices_that_come_too_late_are_not_shown(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(FIND)
    asked = asyncio.create_task(empty.as_(demo.member).complete(demo.general, "find", "what"))
    await raw_bot.interaction()
    await empty.advance(3)
    with pytest.raises(Refusal) as refused:
        await asked
    assert refused.value.status == 409


async def test_a_token_lives_for_fifteen_minutes(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.general, "ping")
    told = await raw_bot.interaction()
    await raw_bot.answer(told, 4, REPLY)
    message = await used.message()
    await empty.advance(14 * 60)
    assert (await raw_bot.webhook(told, "PATCH", "/messages/@original", {"content": "still"}))[0] == 200
    await empty.advance(60)
    for method, path, body in (
        ("PATCH", "/messages/@original", REPLY),
        ("GET", "/messages/@original", None),
        ("DELETE", f"/messages/{message['id']}", None),
        ("POST", "", REPLY),
    ):
        status, error = await raw_bot.webhook(told, method, path, body)
        assert (status, error["code"]) == (401, 50027)


async def test_the_bots_own_token_edits_what_the_interactions_cannot_any_more(
    empty: Playground, raw_bot: RawBot
) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.general, "ping")
    await raw_bot.answer(await raw_bot.interaction(), 4, REPLY)
    message = await used.message()
    await empty.advance(20 * 60)
    path = f"/channels/{demo.general.id}/messages/{message['id']}"
    status, edited = await raw_bot.call("PATCH", path, {"content": "still here"})
    assert (status, edited["content"]) == (200, "still here")


async def test_a_channel_that_is_gone_takes_no_answer(empty: Playground, raw_bot: RawBot) -> None:
    demo, world = empty.demo, empty.state.world
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.post, "ping")
    told = await raw_bot.interaction()
    await empty.as_(demo.member).run(demo.art, "ping")
    other = await raw_bot.interaction()
    await raw_bot.answer(other, 5)
    for channel in (demo.forum, demo.art):
        world.delete_channel(channel)
    status, error = await raw_bot.answer(told, 4, REPLY)
    assert (status, error["code"]) == (404, 10003)
    status, error = await raw_bot.webhook(other, "POST", body=REPLY)
    assert (status, error["code"]) == (404, 10003)
    await empty.advance(3)
    await used.failed()


async def test_tokens_can_be_let_expire_at_once(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await empty.as_(demo.member).run(demo.general, "ping")
    told = await raw_bot.interaction()
    await raw_bot.answer(told, 5)
    await empty.fault("expire_tokens")
    status, error = await raw_bot.webhook(told, "POST", "", REPLY)
    assert (status, error["code"]) == (401, 50027)


async def test_buttons_work_for_a_bot_that_was_killed_and_started_again(empty: Playground) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    async with empty.bot(PYTHON_BOT, WHERE) as bot:
        message = await (await member.run(demo.general, "buttons")).message()
        count = await (await member.run(demo.general, "count")).message()
        before = (await (await member.click(message, "Press me")).message())["content"]
        await bot.kill()
    await member.event("BOT", lambda data: not data["connected"])
    async with empty.bot(PYTHON_BOT, WHERE):
        after = (await (await member.click(message, "Press me")).message())["content"]
        assert (await (await member.click(count, "0")).update())["content"] == "counted to 1"
    assert re.match(r"pressed, process \d+", after)
    assert before != after


async def test_a_bot_that_is_gone_leaves_commands_that_fail(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await raw_bot.leave()
    used = await empty.as_(demo.member).run(demo.general, "ping")
    await empty.advance(3)
    await used.failed()


async def test_an_answer_that_was_lost_was_an_answer(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await empty.fault("lost", route="/interactions", how="502")
    used = await empty.as_(demo.member).run(demo.general, "ping")
    told = await raw_bot.interaction()
    status, _ = await raw_bot.answer(told, 4, REPLY)
    assert status == 502
    assert (await used.message())["content"] == "here"
    status, error = await raw_bot.answer(told, 4, REPLY)
    assert (status, error["code"]) == (400, 40060)


async def test_discord_py_tries_again_after_an_error(empty: Playground) -> None:
    demo = empty.demo
    async with empty.bot(PYTHON_BOT, WHERE):
        await empty.fault("error", status=502, route="/interactions")
        used = await empty.as_(demo.member).run(demo.general, "ping")
        assert (await used.message())["content"] == "pong"
    answers = [entry["status"] for entry in await empty.log() if "/callback" in entry["path"]]
    assert answers == [502, 200]


async def test_what_is_over_before_anybody_waits_for_it_stops_nothing(empty: Playground, raw_bot: RawBot) -> None:
    demo, register = empty.demo, empty.state.interactions
    fields: dict[str, Any] = {"app": demo.app, "user": demo.member, "channel": demo.general, "context": 0}
    now = empty.state.world.clock.now()
    register.open(Interaction(id=1, type=2, created_at=now, data={"name": "x"}, owners={}, **fields))
    register.expire_tokens()
    await raw_bot.register(PING)
    used = await empty.as_(demo.member).run(demo.general, "ping")
    await empty.advance(3)
    await used.failed()
