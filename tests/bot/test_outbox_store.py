"""The outbox in the database: what must reach Discord is there until it has, in its newest words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import State
from bot.store.database import Database, StoreFailed, opened
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from tests.bot.kept import NOW, job, letter


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


async def test_a_letter_comes_back_as_it_was(tmp_path: Path) -> None:
    one, other = letter("a", "job", content="кот"), letter("b", due=5.0)
    async with opened(tmp_path / "bot.sqlite") as database:
        await Outbox(database).add(one, other)
    async with opened(tmp_path / "bot.sqlite") as database:
        assert await Outbox(database).due(NOW, 9) == [one, other]


async def test_several_letters_go_in_together_or_not_at_all(outbox: Outbox) -> None:
    with pytest.raises(StoreFailed):
        await outbox.add(letter("a"), replace(letter("b"), due=None))  # type: ignore[arg-type]
    assert await outbox.due(NOW, 9) == []


async def test_those_whose_time_has_come_go_the_longest_overdue_first(outbox: Outbox) -> None:
    await outbox.add(*(letter(f"due {due}", due=float(due)) for due in (30, 10, 40, 20)))
    assert [one.due for one in await outbox.due(30, 9)] == [10, 20, 30]
    assert [one.due for one in await outbox.due(30, 2)] == [10, 20]
    assert await outbox.next_due() == 10
    assert await outbox.due(9, 9) == []


async def test_an_empty_one_has_nothing_next(outbox: Outbox) -> None:
    assert await outbox.next_due() is None


async def test_a_later_letter_of_a_key_takes_the_place_of_the_earlier(outbox: Outbox) -> None:
    await outbox.add(letter("a", "job", content="old", due=50.0), letter("b", "job"))
    newer = letter("a", "job", NOW + 1, content="new")
    await outbox.add(newer)
    assert {one.key: one for one in await outbox.of_job("job")} == {"a": newer, "b": letter("b", "job")}


async def test_what_arrived_is_gone_and_what_follows_is_there(outbox: Outbox) -> None:
    await outbox.add(letter("a", "job"))
    await outbox.sent(letter("a", "job"), letter("ready"), letter("told"))
    assert {one.key for one in await outbox.due(NOW, 9)} == {"ready", "told"}


async def test_that_the_older_one_arrived_leaves_the_newer_and_its_job_is_not_done(
    outbox: Outbox, database: Database
) -> None:
    one = job(State.PAINTED)
    await Jobs(database).add(one)
    older, newer = letter("a", one.id), letter("a", one.id, NOW + 1)
    await outbox.add(older)
    await outbox.add(newer)
    await outbox.sent(older)
    assert await outbox.of_job(one.id) == [newer]
    assert await Jobs(database).get(one.id) == one
    await outbox.sent(newer)
    assert await outbox.of_job(one.id) == []
    assert await Jobs(database).get(one.id) == replace(one, state=State.DONE)


async def test_what_is_put_off_counts_its_tries(outbox: Outbox) -> None:
    one = letter("a")
    await outbox.add(one)
    await outbox.later(one, 10)
    await outbox.later(one, 20)
    assert await outbox.due(19, 9) == []
    assert await outbox.due(20, 9) == [replace(one, due=20.0, tries=2)]


async def test_putting_off_or_holding_the_older_one_leaves_the_newer_alone(outbox: Outbox) -> None:
    older, newer = letter("a"), letter("a", at=NOW + 1)
    await outbox.add(newer)
    await outbox.later(older, NOW * 2)
    await outbox.hold(older)
    assert await outbox.due(0, 9) == [newer]


async def test_what_is_held_waits_until_it_is_released(outbox: Outbox) -> None:
    one, other = letter("a", "job", due=5.0), letter("b", "another job", due=6.0)
    await outbox.add(one, other)
    await outbox.hold(one)
    await outbox.hold(other)
    assert (await outbox.due(NOW, 9), await outbox.next_due()) == ([], None)
    assert await outbox.release("job")
    assert await outbox.due(0, 9) == [replace(one, due=0.0)]
    assert not await outbox.release("job")
    assert not await outbox.release("no job")


async def test_what_takes_the_place_of_a_held_one_is_not_held(outbox: Outbox) -> None:
    await outbox.add(letter("a", "job"))
    await outbox.hold(letter("a", "job"))
    newer = letter("a", "job", NOW + 1)
    await outbox.add(newer)
    assert await outbox.due(0, 9) == [newer]
    assert not await outbox.release("job")
