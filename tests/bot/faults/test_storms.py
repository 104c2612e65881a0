"""Thirty pictures are wanted while Discord limits, fails and loses answers: there are thirty."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from playground.testing import Playground
from tests.bot.faults.crowd import JOBS, Crowd
from tests.bot.faults.lives import living

CALLBACK = {"route": "/interactions/", "method": "POST"}
BY_TOKEN = {"route": "/webhooks/", "method": "PATCH"}
BY_BOT = {"route": "/channels/{channel_id}/messages/", "method": "PATCH"}
ANEW = {"route": "/channels/{channel_id}/messages", "method": "POST"}
ORIGINAL = {"route": "/webhooks/", "method": "GET"}
Faults = Sequence[Mapping[str, Any]]
STORMS: Mapping[str, Faults] = {
    "rate limits": [
        *(
            {"kind": "rate_limit", "retry_after": 0.3, "times": 4, **where}
            for where in (CALLBACK, BY_TOKEN, BY_BOT, ANEW)
        ),
        {"kind": "rate_limit", "retry_after": 0.5, "global": True, **BY_BOT},
    ],
    "errors": [
        {"kind": "error", "status": status, "times": 2, **where}
        for status, where in zip((500, 502, 503, 504), (CALLBACK, BY_TOKEN, BY_BOT, ANEW), strict=True)
    ],
    "answers cut off": [
        {"kind": "lost", "how": "reset", "times": 3, **where} for where in (CALLBACK, BY_TOKEN, BY_BOT, ANEW, ORIGINAL)
    ],
    "answers lost": [
        {"kind": "lost", "how": "502", "times": 2, **where} for where in (CALLBACK, BY_TOKEN, BY_BOT, ANEW, ORIGINAL)
    ],
}
SHORT_TOKENS = {"bot.jobs.TOKEN_SECONDS": 0.3}
"""So that public messages are edited by the bot itself, and private ones are collected."""


@pytest.mark.parametrize("storm", STORMS)
async def test_thirty_of_thirty_arrive_once_in_a_storm_of(playground: Playground, storm: str) -> None:
    await _weathered(playground, STORMS[storm], {})


async def test_thirty_of_thirty_arrive_once_by_the_bots_own_token_in_a_storm_of_everything(
    playground: Playground,
) -> None:
    await _weathered(playground, [fault for faults in STORMS.values() for fault in faults], SHORT_TOKENS)


async def _weathered(playground: Playground, faults: Faults, seconds: Mapping[str, float]) -> None:
    crowd = Crowd(playground)

    async def break_out() -> None:
        for fault in faults:
            await playground.post("faults", **fault)

    async with living(playground, None, {"member_jobs": JOBS, "seconds": seconds}, pause=0.1) as lives:
        await crowd.asks_while(break_out, break_out, break_out)
        assert await crowd.wrong(lives) == [], lives.written()
