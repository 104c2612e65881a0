"""Turns are fair between servers, then between members, and nobody waits for ever."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.fair import FairQueue, Waiting

job_lists = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.1, 10)), max_size=40)


def filled(jobs: list[tuple[int, int, float]]) -> FairQueue:
    queue = FairQueue()
    for number, (server, member, cost) in enumerate(jobs):
        queue.add(Waiting(f"job {number}", f"server {server}", f"member {server}.{member}", cost))
    return queue


def drained(queue: FairQueue) -> list[Waiting]:
    taken = []
    while (job := queue.next()) is not None:
        taken.append(job)
    return taken


@given(job_lists)
def test_every_job_is_taken_once_and_a_members_own_in_order(jobs: list[tuple[int, int, float]]) -> None:
    taken = drained(filled(jobs))
    assert Counter(job.id for job in taken) == Counter(f"job {n}" for n in range(len(jobs)))
    for member in {job.member for job in taken}:
        numbers = [int(job.id.split()[1]) for job in taken if job.member == member]
        assert numbers == sorted(numbers)


@given(job_lists)
def test_the_order_told_is_the_order_taken_and_telling_changes_nothing(jobs: list[tuple[int, int, float]]) -> None:
    queue = filled(jobs)
    told = [job.id for job in queue.order()]
    assert [job.id for job in drained(queue)] == told


@given(job_lists, st.data())
def test_what_is_removed_is_not_taken(jobs: list[tuple[int, int, float]], data: st.DataObject) -> None:
    queue = filled(jobs)
    gone = {f"job {n}" for n in range(len(jobs)) if data.draw(st.booleans())}
    assert all(queue.remove(id) for id in gone)
    assert not any(queue.remove(id) for id in gone)
    assert len(queue) == len(jobs) - len(gone)
    assert {job.id for job in drained(queue)} == {f"job {n}" for n in range(len(jobs))} - gone


@given(st.lists(st.floats(0.5, 2), min_size=5, max_size=30), st.lists(st.floats(0.5, 2), min_size=5, max_size=30))
def test_two_servers_that_both_wait_are_served_alike(one: list[float], other: list[float]) -> None:
    queue = FairQueue()
    for name, costs in (("one", one), ("other", other)):
        for number, cost in enumerate(costs):
            queue.add(Waiting(f"{name} {number}", name, name, cost))
    served = {"one": 0.0, "other": 0.0}
    left = {"one": len(one), "other": len(other)}
    while all(left.values()):
        job = queue.next()
        assert job is not None
        served[job.server] += job.cost
        left[job.server] -= 1
        assert abs(served["one"] - served["other"]) <= 2 * max(one + other)


def test_a_newcomer_does_not_wait_behind_a_batch() -> None:
    queue = FairQueue()
    for number in range(20):
        queue.add(Waiting(f"batch {number}", "server", "busy", 1))
    assert queue.next() is not None
    queue.add(Waiting("newcomer", "server", "new", 1))
    assert [job.id for job in queue.order()].index("newcomer") <= 1


def test_who_was_silent_for_long_has_nothing_saved_up() -> None:
    queue = FairQueue()
    queue.add(Waiting("early", "quiet", "quiet", 1))
    for number in range(50):
        queue.add(Waiting(f"busy {number}", "busy", "busy", 1))
    for _ in range(40):
        queue.next()
    for number in range(10):
        queue.add(Waiting(f"quiet {number}", "quiet", "quiet", 1))
    first = [job.server for job in queue.order()][:6]
    assert first.count("busy") >= 2


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=60))
def test_a_job_is_not_overtaken_for_ever(costs: list[float]) -> None:
    """Newcomers keep coming, each from a server of its own; who waits is served after a bounded number of them."""
    queue = FairQueue()
    queue.add(Waiting("waits", "patient", "patient", 1))
    for number, cost in enumerate(costs):
        queue.add(Waiting(f"new {number}", f"server {number}", f"member {number}", cost))
        if (job := queue.next()) is not None and job.id == "waits":
            return
    assert [job.id for job in queue.order()].index("waits") == 0


def test_nothing_is_kept_of_those_who_left() -> None:
    queue = FairQueue()
    for number in range(1000):
        queue.add(Waiting(str(number), f"server {number}", f"member {number}", 1))
        queue.next()
    queue.add(Waiting("last", "last", "last", 1))
    queue.next()
    assert len(queue._servers) <= 2
