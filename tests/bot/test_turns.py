"""Turns are fair between servers, then between members by their weights, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bot.queue import FairQueue, Waiting
from tests.bot.queue_life import Life, costs, lives, members, servers, weights


def largest_gap(
    life: Life, one: str, other: str, party: Callable[[Waiting], str], charge: Callable[[Waiting], float]
) -> tuple[float, float]:
    """Between what two were given while both waited all along, and the largest that may be: one job of each."""
    largest = {name: max(charge(job) for job in life.jobs if party(job) == name) for name in (one, other)}
    queue, served = life.queue, {one: 0.0, other: 0.0}
    left = Counter(party(job) for job in queue.order() if job.id not in life.back)
    gap = 0.0
    while left[one] and left[other] and (job := queue.next()) is not None:
        if job.id not in life.back and party(job) in served:
            left[party(job)] -= 1
            served[party(job)] += charge(job)
            gap = max(gap, abs(served[one] - served[other]))
        life.back.discard(job.id)
    return gap, sum(largest.values())


@given(lives(), st.lists(costs, min_size=15, max_size=25), st.lists(costs, min_size=15, max_size=25), weights)
def test_servers_are_served_alike_from_any_moment_at_which_both_wait(
    life: Life, one: list[float], other: list[float], weight: float
) -> None:
    for cost in one:
        life.add(("server 0", "member 0", cost, weight))
    for cost in other:
        life.add(("server 1", "member 1", cost, 1.0))
    gap, bound = largest_gap(life, "server 0", "server 1", lambda job: job.server, lambda job: job.cost)
    assert gap <= bound


@given(lives(), st.lists(costs, min_size=15, max_size=25), st.lists(costs, min_size=15, max_size=25), weights)
def test_members_are_served_by_their_weights_from_any_moment_at_which_both_wait(
    life: Life, one: list[float], other: list[float], weight: float
) -> None:
    for cost in one:
        life.add(("server 0", "member 0", cost, weight))
    for cost in other:
        life.add(("server 0", "member 1", cost, 1.0))
    gap, bound = largest_gap(
        life,
        "server 0 member 0",
        "server 0 member 1",
        lambda job: f"{job.server} {job.member}",
        lambda job: job.cost / job.weight,
    )
    assert gap <= bound


@given(lives(), st.integers(0, 40))
def test_a_new_server_waits_for_at_most_one_job_of_each_other(life: Life, backlog: int) -> None:
    for _ in range(backlog):
        life.add(("server 0", "member 0", 8.0, 1.0))
    newcomer = Waiting("newcomer", "new server", "new member", 8.0)
    life.queue.add(newcomer)
    order = life.queue.order()
    ahead = Counter(job.server for job in order[: order.index(newcomer)] if job.id not in life.back)
    assert all(count == 1 for count in ahead.values())


@given(lives(), st.integers(0, 40))
def test_a_new_member_waits_for_at_most_one_job_of_each_other_and_a_share_of_each_server(
    life: Life, backlog: int
) -> None:
    for _ in range(backlog):
        life.add(("server 0", "member 0", 8.0, 1.0))
        life.add(("server 1", "member 0", 8.0, 1.0))
    newcomer = Waiting("newcomer", "server 0", "new member", 8.0)
    life.queue.add(newcomer)
    order = life.queue.order()
    ahead = [job for job in order[: order.index(newcomer)] if job.id not in life.back]
    at_home = Counter(job.member for job in ahead if job.server == "server 0")
    assert all(count == 1 for count in at_home.values())
    for server in {job.server for job in ahead} - {"server 0"}:
        assert sum(job.cost for job in ahead if job.server == server) <= 8.0 * (len(at_home) + 2)


def test_twice_the_weight_is_given_twice_as_much() -> None:
    queue = FairQueue()
    for number in range(30):
        queue.add(Waiting(f"helper {number}", "server", "helper", 1, weight=2))
        queue.add(Waiting(f"member {number}", "server", "member", 1))
    assert Counter(job.member for job in queue.order()[:30]) == {"helper": 20, "member": 10}


@given(st.lists(st.tuples(servers, members, weights), max_size=30))
def test_weights_do_not_matter_between_servers(jobs: list[tuple[str, str, float]]) -> None:
    weighed, even = FairQueue(), FairQueue()
    for number, (server, member, weight) in enumerate(jobs):
        weighed.add(Waiting(f"job {number}", server, member, 1, weight))
        even.add(Waiting(f"job {number}", server, member, 1))
    assert [job.server for job in weighed.order()] == [job.server for job in even.order()]


def test_who_was_silent_for_long_has_nothing_saved_up() -> None:
    queue = FairQueue()
    queue.add(Waiting("early", "quiet", "quiet", 1))
    for number in range(50):
        queue.add(Waiting(f"busy {number}", "busy", "busy", 1))
    for _ in range(40):
        queue.next()
    for number in range(10):
        queue.add(Waiting(f"quiet {number}", "quiet", "quiet", 1))
    assert [job.server for job in queue.order()][:6].count("busy") == 3


def test_who_was_given_much_while_alone_is_not_behind_for_it() -> None:
    queue = FairQueue()
    for number in range(50):
        queue.add(Waiting(f"eager {number}", "eager", "eager", 1))
    for _ in range(40):
        queue.next()
    for number in range(10):
        queue.add(Waiting(f"new {number}", "new", "new", 1))
    assert [job.server for job in queue.order()][:6].count("eager") == 3


def test_nothing_is_kept_of_those_who_left_while_others_wait() -> None:
    queue = FairQueue()
    for number in range(2000):
        queue.add(Waiting(f"busy {number}", "busy", "busy", 1))
    for number in range(1000):
        queue.add(Waiting(f"server {number}", f"server {number}", "member", 1))
        queue.add(Waiting(f"member {number}", "busy", f"member {number}", 1))
        for _ in range(3):
            queue.next()
    assert len(queue) <= 2000
    assert len(queue._servers.known) <= 3
    assert len(queue._servers.known["busy"].members.known) <= 4
