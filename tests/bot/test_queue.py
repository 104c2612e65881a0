"""The queue gives every job once, tells places that come true, and a crash costs nobody their turn."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.queue import FairQueue, Waiting
from tests.bot.queue_life import Asked, Life, asked, drained, lives, members, servers

Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWhateverComesTheQueueKeepsItsPromises = Life.TestCase


@given(st.lists(st.tuples(servers, members, st.floats(0.01, 100), st.floats(0.1, 10)), max_size=40))
def test_the_order_told_is_the_order_taken_to_the_last_bit(jobs: list[Asked]) -> None:
    queue = FairQueue()
    for number, one in enumerate(jobs):
        queue.add(Waiting(f"job {number}", *one))
    assert queue.order() == drained(queue)


@given(lives(), st.data())
def test_a_crash_costs_nobody_their_turn(life: Life, data: st.DataObject) -> None:
    """What was given comes again in the same order, whoever came meanwhile; all else stays as it was."""
    queue = life.queue
    given = [job for _ in range(data.draw(st.integers(0, 6))) if (job := queue.next()) is not None]
    for number, one in enumerate(data.draw(st.lists(asked, max_size=3))):
        queue.add(Waiting(f"meanwhile {number}", *one))
    lost = [job for job in given if data.draw(st.booleans())]
    rest = queue.order()
    for job in data.draw(st.permutations(lost)):
        queue.put_back(job)
    assert queue.order() == [job for job in given if job in lost] + rest


@given(lives(), st.data())
def test_what_is_given_again_is_counted_once(life: Life, data: st.DataObject) -> None:
    calm = deepcopy(life.queue)
    for _ in range(data.draw(st.integers(0, 6))):
        if (job := life.queue.next()) is not None:
            life.queue.put_back(job)
            assert life.queue.next() == job == calm.next()
    for number, one in enumerate(data.draw(st.lists(asked, max_size=8))):
        life.queue.add(Waiting(f"after {number}", *one))
        calm.add(Waiting(f"after {number}", *one))
    assert life.queue.order() == drained(calm)


def test_one_that_is_added_anew_takes_a_new_turn() -> None:
    queue = FairQueue()
    for id in ("first", "second"):
        queue.add(Waiting(id, "server", "member", 1))
    first, second = queue.next(), queue.next()
    assert first is not None
    assert second is not None
    queue.add(first)
    again = queue.next()
    assert again is not None
    queue.put_back(again)
    queue.put_back(second)
    assert queue.order() == [second, first]


def test_what_another_queue_gave_comes_first_after_a_restart() -> None:
    queue = FairQueue()
    queue.add(Waiting("waits", "server", "member", 1))
    for id in ("painted first", "painted second"):
        queue.put_back(Waiting(id, "server", "member", 1))
    assert [job.id for job in queue.order()] == ["painted first", "painted second", "waits"]
    first, second = queue.next(), queue.next()
    assert first is not None
    assert second is not None
    queue.put_back(second)
    queue.put_back(first)
    assert [job.id for job in queue.order()] == ["painted first", "painted second", "waits"]


@pytest.mark.parametrize("number", [0.0, -1.0, float("nan"), float("inf")])
def test_a_cost_or_a_weight_that_is_not_above_zero_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        Waiting("job", "server", "member", 1.0, weight=number)
    with pytest.raises(ValueError, match="above zero"):
        Waiting("job", "server", "member", cost=number)
