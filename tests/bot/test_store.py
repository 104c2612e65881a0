"""Jobs in the database: whatever comes in which order, each goes the way that jobs may go, and none is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import Job, State
from bot.store.agenda import AgendaStore, Item
from bot.store.database import Database, opened
from bot.store.jobs import Jobs
from bot.store.outbox import Outbox
from bot.store.pictures import Pictures
from tests.bot.kept import NOW, full_job, job, letter, with_pictures

OPEN = (State.ASKED, State.WAITING, State.PAINTING)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


async def kept(jobs: Jobs, one: Job) -> Job:
    found = await jobs.get(one.id)
    assert found is not None
    return found


# What is kept


async def test_a_job_comes_back_as_it_was(jobs: Jobs) -> None:
    for one in (job(), full_job(), job(place=replace(job().place, guild_id=None, message_id=None))):
        await jobs.add(one)
        assert await jobs.get(one.id) == one
    assert await jobs.get("nothing") is None


async def test_where_its_message_is_comes_with_what_must_happen_later(jobs: Jobs, database: Database) -> None:
    one, item = job(State.ASKED), Item("collect", "a", 5.0)
    await jobs.add(one)
    known = replace(one, place=replace(one.place, message_id=77, private=False))
    told = await jobs.acknowledged(known, item)
    assert told == replace(known, state=State.WAITING) == await jobs.get(one.id)
    assert await AgendaStore(database).get("collect", "a") == item


async def test_a_fresh_token_a_dead_one_and_another_message_are_kept(jobs: Jobs, database: Database) -> None:
    one, item = job(), Item("collect", "a", 5.0)
    await jobs.add(one)
    fresh = replace(one, place=replace(one.place, token="u", token_until=123.0, message_id=78))
    await jobs.renewed(fresh, item)
    assert await jobs.get(one.id) == fresh
    assert await AgendaStore(database).get("collect", "a") == item
    await jobs.token_died(one.id)
    assert (await kept(jobs, one)).place == replace(fresh.place, token_until=0.0)
    await jobs.moved_to_message(one.id, 79)
    assert (await kept(jobs, one)).place == replace(fresh.place, token_until=0.0, message_id=79)


async def test_its_pictures_come_back_with_it(jobs: Jobs) -> None:
    one, other = job(State.PAINTING), job(State.PAINTING)
    for each in (one, other):
        await jobs.add(each)
    done = with_pictures(replace(one, request=replace(one.request, steps=9)), 10, 20, 0)
    assert await jobs.painted(done, letter("result", one.id))
    assert await jobs.get(one.id) == replace(done, state=State.PAINTED)
    assert (await kept(jobs, other)).pictures == ()


async def test_painted_is_the_pictures_and_the_letter_or_nothing(jobs: Jobs, database: Database) -> None:
    one = job(State.PAINTING)
    await jobs.add(one)
    unkeepable = replace(letter("result", one.id), due=None)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="NOT NULL"):
        await jobs.painted(with_pictures(one, 10), unkeepable)
    assert await jobs.get(one.id) == one
    assert await Outbox(database).of_job(one.id) == []


# What is found


async def test_what_was_not_finished_is_there_at_the_next_start_in_order(tmp_path: Path) -> None:
    made = {state: job(state, created_at=NOW - number) for number, state in enumerate(State)}
    async with opened(tmp_path / "bot.sqlite") as database:
        for one in made.values():
            await Jobs(database).add(one)
    async with opened(tmp_path / "bot.sqlite") as database:
        assert await Jobs(database).unfinished() == [made[state] for state in reversed(OPEN)]


async def test_a_members_pictures_are_those_painted_and_not_deleted_the_latest_first(jobs: Jobs) -> None:
    made = [job(state, created_at=NOW + number) for number, state in enumerate((*State, *State))]
    for one in (*made, job(State.DONE, user_id=5)):
        await jobs.add(one)
    shown = [one for one in reversed(made) if one.state in (State.PAINTED, State.DONE)]
    assert await jobs.of_member(4, 100) == shown
    assert await jobs.of_member(4, 2, 1) == shown[1:3]
    assert await jobs.latest_of_member(4, 3) == shown[:3]
    assert await jobs.count_of_member(4) == len(shown) == 4
    assert (await jobs.of_member(6, 100), await jobs.count_of_member(6)) == ([], 0)


async def test_a_job_is_found_by_its_message(jobs: Jobs) -> None:
    one = job()
    await jobs.add(one)
    assert (await jobs.in_message(7), await jobs.in_message(8)) == (one.id, None)


async def test_a_server_has_those_whose_members_were_told_of_them(jobs: Jobs) -> None:
    made = {state: job(state, created_at=NOW - number) for number, state in enumerate(State)}
    for one in (*made.values(), job(place=replace(job().place, guild_id=9))):
        await jobs.add(one)
    assert await jobs.unfinished_of_guild(6, 10) == [made[State.PAINTING], made[State.WAITING]]
    assert await jobs.unfinished_of_guild(6, 1) == [made[State.PAINTING]]


# Which way they go

Step = Callable[[Database, Job], Awaitable[object]]


async def acknowledge(database: Database, one: Job) -> None:
    await Jobs(database).acknowledged(one)


async def crash(database: Database, one: Job) -> None:
    await Jobs(database).crashed(one, alone=True)


async def paint(database: Database, one: Job) -> bool:
    return await Jobs(database).painted(with_pictures(one, 10), letter("result", one.id))


async def arrive(database: Database, one: Job) -> None:
    """A letter that is in the outbox, whatever its job did since."""
    sent = letter("result", one.id)
    await Outbox(database).add(sent)
    await Outbox(database).sent(sent)


async def arrive_late(database: Database, one: Job) -> None:
    """A letter in whose place there is another."""
    await Outbox(database).add(letter("result", one.id, NOW + 1))
    await Outbox(database).sent(letter("result", one.id))


async def delete(database: Database, one: Job) -> None:
    await Pictures(database, Path("nowhere"), quota=1, days=1).delete(one.id)


async def forget_token(database: Database, one: Job) -> None:
    await Jobs(database).token_died(one.id)


async def renew(database: Database, one: Job) -> None:
    await Jobs(database).renewed(one)


def move(to: State) -> Step:
    async def moved(database: Database, one: Job) -> bool:
        return await Jobs(database).move(one.id, to=to, why="so")

    return moved


WAYS: list[tuple[str, Step, dict[State, State]]] = [
    ("acknowledged", acknowledge, {State.ASKED: State.WAITING}),
    ("crashed", crash, {State.PAINTING: State.WAITING}),
    ("painted", paint, dict.fromkeys(OPEN, State.PAINTED)),
    ("arrived", arrive, {State.PAINTED: State.DONE}),
    ("arrived late", arrive_late, {}),
    ("deleted", delete, {State.DONE: State.DELETED}),
    ("its token died", forget_token, {}),
    ("its token renewed", renew, {}),
    *((f"moved to {to}", move(to), dict.fromkeys(OPEN, to)) for to in State),
]
"""What is done to a job, and from which state to which it brings one; all others stay."""


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize(("step", "ways"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
async def test_a_job_goes_only_the_ways_that_jobs_may_go(
    database: Database, jobs: Jobs, before: State, step: Step, ways: dict[State, State]
) -> None:
    one, other = job(before), job(before)
    for each in (one, other):
        await jobs.add(each)
    said = await step(database, one)
    assert (await kept(jobs, one)).state is ways.get(before, before)
    assert said in (None, before in ways)
    assert await jobs.get(other.id) == other


async def test_what_is_over_stays_as_it_ended_with_what_it_ended_of(jobs: Jobs, database: Database) -> None:
    one = job()
    await jobs.add(one)
    assert await jobs.move(one.id, to=State.CANCELLED, why="the member", letter=letter("cancelled", one.id))
    assert not await jobs.move(one.id, to=State.FAILED, why="the engine", letter=letter("failed", one.id))
    assert not await jobs.painted(with_pictures(one, 10), letter("result", one.id))
    ended = await kept(jobs, one)
    assert (ended.state, ended.why, ended.pictures) == (State.CANCELLED, "the member", ())
    assert [one.key for one in await Outbox(database).of_job(one.id)] == ["cancelled"]


async def test_one_that_is_not_there_is_not_moved(jobs: Jobs, database: Database) -> None:
    one = job()
    assert not await jobs.move(one.id, to=State.FAILED, letter=letter("failed", one.id))
    assert not await jobs.painted(with_pictures(one, 10), letter("result", one.id))
    assert await Outbox(database).of_job(one.id) == []


async def test_one_cancelled_before_its_acknowledgement_is_kept_still_knows_its_message(jobs: Jobs) -> None:
    one = job(State.ASKED, place=replace(job().place, message_id=None))
    await jobs.add(one)
    await jobs.move(one.id, to=State.CANCELLED)
    await jobs.acknowledged(replace(one, place=replace(one.place, message_id=77)))
    ended = await kept(jobs, one)
    assert (ended.state, ended.place.message_id) == (State.CANCELLED, 77)


@pytest.mark.parametrize("alone", [True, False])
async def test_a_crash_makes_a_suspect_and_counts_only_against_one_that_was_alone(jobs: Jobs, alone: bool) -> None:
    one = job(State.PAINTING, crashes=1)
    await jobs.add(one)
    told = await jobs.crashed(one, alone=alone)
    assert await jobs.get(one.id) == told == replace(one, state=State.WAITING, suspect=True, crashes=1 + alone)
    await jobs.move(one.id, to=State.PAINTING)
    await jobs.painted(one, letter("result", one.id))
    assert not (await kept(jobs, one)).suspect


async def test_a_crash_of_one_that_was_cancelled_meanwhile_changes_nothing(jobs: Jobs) -> None:
    one = job(State.CANCELLED)
    await jobs.add(one)
    await jobs.crashed(one, alone=True)
    assert await jobs.get(one.id) == one
