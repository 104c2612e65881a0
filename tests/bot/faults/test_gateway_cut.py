"""Thirty pictures are wanted while the gateway is cut in every way it can be: there are thirty."""

from functools import partial

from playground.testing import Playground
from tests.bot.faults.crowd import JOBS, Crowd
from tests.bot.faults.lives import living


async def test_thirty_of_thirty_arrive_once_through_a_gateway_that_is_cut(playground: Playground) -> None:
    crowd = Crowd(playground)
    cuts = [
        partial(playground.fault, "drop"),
        partial(playground.fault, "reconnect"),
        partial(playground.fault, "invalid_session", resumable=True),
        partial(playground.fault, "invalid_session", resumable=False),
        partial(playground.fault, "drop"),
    ]
    async with living(playground, None, {"member_jobs": JOBS}) as lives:
        await crowd.asks_while(*cuts)
        assert await crowd.wrong(lives) == [], lives.written()
        assert lives.count == 1
