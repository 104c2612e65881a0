"""The bot is asked to end while it paints: it does, soon; what was not ready is painted by its next life."""

import asyncio

from playground.testing import Playground
from tests.bot.faults.judge import settled, wrong_with
from tests.bot.faults.lives import living, needs_fake
from tests.bot.faults.members import asked, sees, wants
from tests.bot.faults.scenarios import is_painted

pytestmark = needs_fake

SECONDS = 10.0
"""In which it ends, whatever is under way."""


async def test_what_is_under_way_is_parked_and_delivered_by_the_next_life(playground: Playground) -> None:
    demo = playground.demo
    many = [wants(playground, demo.member, demo.art, f"parked {number}") for number in range(10)]
    async with living(playground) as lives:
        lives.hold()
        for one in many:
            await asked(one)
        await sees(many[0], is_painted)
        lives.ask_to_end()
        used = await playground.as_(demo.newcomer).run(demo.art, "paint", prompt="too late")
        told = await used.message()
        assert told["only_you"]
        assert "I am about to start again" in told["content"]
        async with asyncio.timeout(SECONDS):
            await lives.until_dead()
        shown = await playground.messages(demo.art)
        assert not any(one.is_picture(message) for one in many for message in shown)
        lives.release()
        await lives.again()
        await asyncio.gather(*map(sees, many))
        await settled(lives.data)
        assert await wrong_with(playground, many) == []


async def test_what_can_be_finished_is_delivered_before_the_end(playground: Playground) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "nearly done")
    async with living(playground) as lives:
        lives.hold()
        await asked(one)
        await sees(one, is_painted)
        lives.ask_to_end()
        lives.release()
        await sees(one)
        async with asyncio.timeout(SECONDS):
            await lives.until_dead()
        assert await wrong_with(playground, [one]) == []
