"""Thirty pictures are wanted while the bot is killed at ten instants that nobody chose: there are thirty."""

import asyncio
import random

from playground.testing import Playground
from tests.bot.faults.crowd import JOBS, Crowd
from tests.bot.faults.lives import living

KILLS = 10
SEED = 20


async def test_thirty_of_thirty_arrive_once_from_a_bot_that_is_killed_ten_times(playground: Playground) -> None:
    crowd, instants = Crowd(playground), random.Random(SEED)
    async with living(playground, None, {"member_jobs": JOBS}, pause=0.1) as lives:

        async def kill() -> None:
            await asyncio.sleep(instants.uniform(0.0, 0.6))
            await lives.kill()
            await lives.again()

        await crowd.asks_while(*[kill] * KILLS)
        assert await crowd.wrong(lives) == [], lives.written()
        assert lives.count == KILLS + 1
