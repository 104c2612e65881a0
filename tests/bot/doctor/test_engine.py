"""The engine, where it is asked."""

from pathlib import Path

from bot.doctor.finding import Mark
from protocol.address import TcpAddress
from tests.bot.doctor.visits import case, found, the_one
from tests.fake_engine import FakeEngine, serving


async def test_an_engine_that_is_named_must_answer(data: Path) -> None:
    finding = await the_one(case(data, engine="tcp:127.0.0.1:1"), "engine")
    assert finding.mark is Mark.BROKEN
    assert "tcp:127.0.0.1:1" in finding.sentence


async def test_an_engine_that_answers_says_what_it_paints_with(data: Path) -> None:
    async with serving(FakeEngine(), TcpAddress("127.0.0.1", 0)) as address:
        first, *rest = await found(case(data, engine=str(address)), "engine")
    assert (first.mark, "paints with pocket on cpu" in first.sentence) == (Mark.OK, True)
    assert all("is of StyleSeal" in finding.sentence for finding in rest)


async def test_an_engine_with_another_token_is_broken(data: Path) -> None:
    async with serving(FakeEngine(token="a-secret-token"), TcpAddress("127.0.0.1", 0)) as address:
        finding = await the_one(case(data, engine=str(address)), "engine")
    assert (finding.mark, "STYLESEAL_ENGINE_TOKEN" in finding.todo) == (Mark.BROKEN, True)


async def test_without_a_running_engine_all_is_well(data: Path) -> None:
    assert (await the_one(case(data), "engine")).mark is Mark.OK
