"""The bot is killed at each await between a member's asking and their picture, and started again: one picture each."""

import asyncio
from collections.abc import Sequence

import pytest

from playground.spec import Spec
from playground.testing import Playground, started
from tests.bot.acting import STYLES
from tests.bot.faults.judge import Intention, settled, wrong_with
from tests.bot.faults.lives import Lives, living, needs_fake
from tests.bot.faults.members import painted, sees
from tests.bot.faults.points import SIDES, methods
from tests.bot.faults.scenarios import ASIDE, ELSEWHERE, SCENARIOS, Scenario, Stage

LANES = 2
"""At once, as most of the time is waiting."""
SECONDS = 30.0
BEFORE_IT_IS_KNOWN = [
    *("Jobs.add:after", "Asking.settle:before", "Post.acknowledge:before", "Post.acknowledge:after"),
    *("Jobs.acknowledged:before", "Jobs.acknowledged:after", "Asking.enter:before"),
]


def points_of(name: str) -> list[str]:
    passed = [method for method in methods() if method not in ASIDE and ELSEWHERE.get(method, "plain") == name]
    return [f"{method}:{side}" for method in (*passed, *SCENARIOS[name].also) for side in SIDES]


def test_each_method_that_is_named_exists_and_each_scenario_has_one() -> None:
    assert {*ELSEWHERE, *ASIDE} - set(methods()) == set()
    assert set(ELSEWHERE.values()) | {"plain", "a sheet"} == set(SCENARIOS)


@needs_fake
@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_job_survives_a_kill_at_each_of_its_awaits(discord_spec: Spec | None, name: str) -> None:
    points = points_of(name)
    wrong = await asyncio.gather(
        *(_killed_at_each(discord_spec, SCENARIOS[name], points[lane::LANES]) for lane in range(LANES))
    )
    assert [sentence for lane in wrong for sentence in lane] == []


async def test_who_was_told_that_it_failed_asks_again_and_has_one_picture(playground: Playground) -> None:
    """The bot comes back only then: what was acknowledged is delivered, what was not is withdrawn."""
    demo = playground.demo
    async with living(playground) as lives:
        stage, intentions = Stage(playground, lives), list[Intention]()
        for number, point in enumerate(BEFORE_IT_IS_KNOWN):
            intentions.append(one := stage.wants(f"moon {number}", steps=4))
            lives.kill_at(point)
            async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
                tasks.create_task(painted(one))
                await lives.until_dead()
                await playground.advance(4.0)
                await lives.again()
            assert await lives.was_at(point)
        await settled(lives.data)
        assert await wrong_with(playground, intentions) == []
        assert len(await playground.messages(demo.art)) == len(BEFORE_IT_IS_KNOWN)


async def _killed_at_each(spec: Spec | None, scenario: Scenario, points: Sequence[str]) -> list[str]:
    wrong: list[str] = []
    async with started(spec=spec) as playground, living(playground, None, scenario.told) as lives:
        stage, intentions = Stage(playground, lives), list[Intention]()
        for number, point in enumerate(points):
            # Another style than the last, so that the engine does not have it yet.
            style = {"style": STYLES[number % len(STYLES)]} if scenario.styled else {}
            intentions.append(one := stage.wants(f"star {number}", **scenario.options, **style))
            one.command = scenario.command
            try:
                wrong += await _killed_at(stage, scenario, one, point)
            except (AssertionError, TimeoutError) as failed:
                wrong.append(f"{point}: {failed!r}")
        wrong += await scenario.wrong(playground, intentions)
        return wrong + ([lives.written()] if wrong else [])


async def _killed_at(stage: Stage, scenario: Scenario, one: Intention, point: str) -> list[str]:
    lives: Lives = stage.lives
    lives.kill_at(point)
    async with asyncio.timeout(SECONDS), lives.kept_alive():
        await scenario.act(stage, one)
        reached = await lives.was_at(point)
    if scenario.brings:
        await sees(one, seconds=SECONDS)
    await settled(lives.data)
    return [] if reached else [f"{point} was never reached: ELSEWHERE or ASIDE in scenarios.py must say where it is"]
