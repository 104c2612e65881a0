"""A bot of discord.py when things go wrong: connections, limits, refusals."""

import asyncio

import pytest

from playground.testing import Playground

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("drop", {}), ("reconnect", {}), ("invalid_session", {"resumable": True})],
)
async def test_a_bot_that_lost_its_connection_hears_what_it_missed(
    inhabited: Playground, kind: str, fields: dict[str, object]
) -> None:
    demo = inhabited.demo
    member = inhabited.as_(demo.member)
    await member.open()
    seen = len(member.events)
    await inhabited.fault(kind, **fields)
    used = await member.run(demo.general, "ping")
    assert (await used.message(seconds=15))["content"] == "pong"
    await member.event("BOT", lambda data: data["connected"], since=seen)


async def test_a_limited_follow_up_comes_after_a_while(inhabited: Playground) -> None:
    demo = inhabited.demo
    await inhabited.fault("rate_limit", route="/webhooks", retry_after=0.3)
    began = asyncio.get_running_loop().time()
    used = await inhabited.as_(demo.member).run(demo.general, "think")
    assert (await used.message())["content"] == "thought"
    assert asyncio.get_running_loop().time() - began >= 0.3
    await used.message(lambda one: one["content"] == "and more")  # which must not meet the next test's fault


async def test_a_follow_up_whose_answer_was_lost_is_there_twice(inhabited: Playground) -> None:
    """The library sends it again after a 502, although it was carried out."""
    demo = inhabited.demo
    await inhabited.fault("lost", route="/webhooks", how="502")
    used = await inhabited.as_(demo.member).run(demo.general, "think")
    assert (await used.message())["content"] == "thought"
    again = await used.message(lambda one: one["type"] == 19)
    assert again["content"] == "thought"


async def test_a_refused_upload_leaves_the_command_without_an_answer(inhabited: Playground) -> None:
    demo = inhabited.demo
    await inhabited.fault("refuse_upload")
    used = await inhabited.as_(demo.member).run(demo.general, "file")
    refused = await inhabited.as_(demo.member).event("REQUEST", lambda data: data["status"] == 413)
    assert refused["code"] == 40005
    await inhabited.advance(3)
    await used.failed()
