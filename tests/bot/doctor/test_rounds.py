"""All examinations together: none stops another, none changes anything."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor.aside import aside
from bot.doctor.finding import Diagnosed, Finding, Mark, broken, ok
from bot.doctor.rounds import findings
from bot.doctor.table import Examination
from bot.doctor.visit import Visit
from playground.testing import Playground
from tests.bot.doctor.visits import case, found, there


async def nothing(visit: Visit) -> AsyncGenerator[Finding, None]:
    yield ok("well")


async def defect(visit: Visit) -> AsyncGenerator[Finding, None]:
    yield ok("begun")
    raise RuntimeError("a defect that names the-token")


async def diagnosed(visit: Visit) -> AsyncGenerator[Finding, None]:
    raise Diagnosed(broken("told"))
    yield


async def endless(visit: Visit) -> AsyncGenerator[Finding, None]:
    yield ok("so far")
    await asyncio.Event().wait()


async def test_an_examination_that_fails_or_hangs_keeps_what_it_found_and_stops_no_other(data: Path) -> None:
    table = [
        Examination("defect", "One thing", defect),
        Examination("diagnosed", "Another", diagnosed),
        Examination("endless", "The last", endless, seconds=0.05),
        Examination("nothing", "Nothing", nothing),
    ]
    said = [one async for one in findings(case(data, discord_token="the-token"), table)]
    assert [one.name for one in said] == ["defect", "defect", "diagnosed", "endless", "endless", "nothing"]
    assert said[1].finding.sentence == "One thing could not be looked at: RuntimeError: a defect that names ***."
    assert [one.finding.mark for one in said[2:4]] == [Mark.BROKEN, Mark.OK]
    assert "in full within 0.05 s" in said[4].finding.sentence


async def test_a_disk_that_never_answers_is_left_alone_with_itself() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await aside(threading.Event().wait)


async def test_settings_that_are_wrong_are_told_and_what_needs_them_is_left_out(data: Path) -> None:
    wrong = replace(case(data), engine=None, wrong=("STYLESEAL_DTYPE must be fp32.",), misspelt={"A": "B"})
    first, second, *rest = await found(wrong, "settings", "disk", "base", "memory", "engine", "gpu")
    assert (first.mark, first.sentence) == (Mark.BROKEN, "STYLESEAL_DTYPE must be fp32.")
    assert (second.mark, second.todo) == (Mark.WARNING, "Did you mean B?")
    assert all(str(data) in finding.sentence for finding in rest)


async def test_no_request_of_the_doctors_changes_anything(playground: Playground, data: Path) -> None:
    names = ("token", "application", "gateway", "commands", "permissions", "clock")
    await found(there(playground, data), *names)
    entries = await playground.log()
    assert {entry["method"] for entry in entries} == {"GET"}
    assert [entry for entry in entries if entry["refused"]] == []
    assert len(entries) < 20
