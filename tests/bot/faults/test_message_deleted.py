"""A message is deleted while its picture is painted: the picture comes in another, and in one only."""

import pytest

from playground.testing import Playground
from playground.world.permissions import bits
from tests.bot.faults.judge import Intention, settled, wrong_with
from tests.bot.faults.lives import Lives, living, needs_fake
from tests.bot.faults.members import asked, sees, wants

pytestmark = needs_fake

ANEW = {"route": "/channels/{channel_id}/messages", "method": "POST"}
NONCE_SECONDS = 400.0
"""Past which Discord does not know a nonce any more."""


async def deleted(playground: Playground, lives: Lives) -> Intention:
    """One that is being painted, and its message is gone."""
    one = wants(playground, playground.demo.member, playground.demo.art, "homeless")
    lives.hold()
    message = await asked(one)
    moderator = playground.as_(playground.demo.moderator)
    await moderator.post("delete", channel=message["channel_id"], message=message["id"])
    return one


@pytest.mark.parametrize("how", ["reset", "502"])
async def test_it_is_sent_once_though_the_answer_is_lost(playground: Playground, how: str) -> None:
    async with living(playground) as lives:
        one = await deleted(playground, lives)
        await playground.fault("lost", how=how, **ANEW)
        lives.release()
        await sees(one)
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


@pytest.mark.parametrize("later", [0.0, NONCE_SECONDS], ids=["at once", "past the life of a nonce"])
async def test_it_is_sent_once_by_a_bot_that_was_killed_over_it(playground: Playground, later: float) -> None:
    async with living(playground) as lives:
        one = await deleted(playground, lives)
        lives.kill_at("Post.send:after")
        lives.release()
        await sees(one)
        assert await lives.was_at("Post.send:after")
        await lives.until_dead()
        await playground.advance(later)
        await lives.again()
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


async def test_it_is_sent_once_where_no_history_can_be_read(playground: Playground) -> None:
    demo = playground.demo
    blind = {"id": str(demo.app.user.id), "type": 1, "deny": str(bits("read_message_history"))}
    async with living(playground) as lives:
        one = await deleted(playground, lives)
        owner = playground.as_(demo.owner)
        await owner.post("channel", channel=str(demo.art.id), permission_overwrites=[blind])
        lives.kill_at("Post.send:after")
        lives.release()
        await sees(one)
        await lives.until_dead()
        await lives.again()
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []
