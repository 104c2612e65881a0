"""The engine is killed, or kills itself: what it was painting is painted again, one at a time, and only what kills it
each time is given up."""

import asyncio

from playground.testing import Playground
from tests.bot.acting import pictures
from tests.bot.faults.judge import settled, wrong_with
from tests.bot.faults.lives import living, needs_fake
from tests.bot.faults.members import asked, painted, sees, wants
from tests.bot.faults.scenarios import is_painted

pytestmark = needs_fake

TOGETHER = 5


async def test_all_that_were_painted_together_when_the_engine_was_killed_are_painted_again(
    playground: Playground,
) -> None:
    demo = playground.demo
    many = [wants(playground, demo.member, demo.art, f"cat {number}") for number in range(TOGETHER)]
    async with living(playground) as lives:
        lives.hold()
        for one in many:
            await asked(one)
            await sees(one, is_painted)
        lives.kill_engine()
        lives.release()
        await asyncio.gather(*map(sees, many))
        await settled(lives.data)
        assert await wrong_with(playground, many) == []


async def test_only_the_one_that_kills_the_engine_each_time_is_given_up_and_says_so(playground: Playground) -> None:
    demo = playground.demo
    innocent = [wants(playground, demo.member, demo.art, f"cat {number}") for number in range(TOGETHER)]
    deadly = wants(playground, demo.newcomer, demo.art, "a deadly one")
    async with living(playground, None, None, dies_for="deadly") as lives:
        lives.hold()
        for one in innocent:
            await asked(one)
            await sees(one, is_painted)
        await asked(deadly)
        told = asyncio.create_task(
            sees(deadly, lambda message: "The engine stopped twice" in message["content"], seconds=40.0)
        )
        lives.release()
        message = await told
        assert (message["components"], message["attachments"]) == ([], [])
        await asyncio.gather(*map(sees, innocent))
        await settled(lives.data)
        assert await wrong_with(playground, innocent) == []
        assert not any(map(deadly.is_picture, await playground.messages(demo.art)))
        assert pictures(await painted(wants(playground, demo.newcomer, demo.art, "afterwards")))
