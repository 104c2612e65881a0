"""The bot is killed at each await between a member's asking and their picture, and started again: one picture each."""

import pytest

from playground.testing import Playground
from tests.bot.faults.judge import settled, wrong_with
from tests.bot.faults.lives import Lives, living
from tests.bot.faults.points import SIDES, methods
from tests.bot.faults.scenarios import ASIDE, ELSEWHERE, SCENARIOS, Scenario, Stage
import asyncio


def points_of(name: str) -> list[str]:
    passed = [method for method in methods() if method not in ASIDE and ELSEWHERE.get(method, "plain") == name]
    return [f"{method}:{side}" for method in passed for side in SIDES]


def test_each_method_that_is_named_exists() -> None:
    assert {*ELSEWHERE, *ASIDE} - set(methods()) == set()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_job_survives_a_kill_at_each_of_its_awaits(playground: Playground, name: str) -> None:
    scenario = SCENARIOS[name]
    wrong: list[str] = []
    intentions = []
    async with living(playground, None, scenario.told) as lives:
        stage = Stage(playground, lives)
        for number, point in enumerate(points_of(name)):
            one = stage.wants(f"star {number}", **scenario.options)
            intentions.append(one)
            print(point, asyncio.get_running_loop().time(), flush=True)
            lives.kill_at(point)
            try:
                async with asyncio.timeout(25), lives.kept_alive():
                    await scenario.act(stage, one)
                    if not await lives.was_at(point):
                        wrong.append(f"{point} was never reached")
                async with asyncio.timeout(25):
                    await scenario.afterwards(stage, one)
                await settled(lives.data)
            except (AssertionError, TimeoutError) as failed:
                wrong.append(f"{point}: {failed!r}"[:1500])
        if scenario.ends == "picture":
            wrong += await wrong_with(playground, intentions)
        assert wrong == [], "\n".join(wrong) + lives.written()[-6000:]

