"""The order of painting, in virtual steps: fairness, batches of one group, first previews, and no starvation."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from engine.scheduler import OVERTAKEN_AT_MOST, Scheduler, Ticket

Start = Callable[[Ticket], bool]


def always(_: Ticket) -> bool:
    return True


def ticket(
    number: int, *, group: str = "a", rows: int = 2, steps: int = 20, preview_at: int = 4, priority: int = 0
) -> Ticket:
    return Ticket(number, group, rows, steps, preview_at, priority)


def scheduler(*tickets: Ticket, in_flight: int = 16, limit: int = 8) -> Scheduler:
    made = Scheduler(in_flight, lambda _: limit)
    for one in tickets:
        made.add(one)
    return made


def turn(own: Scheduler, can_start: Start = always) -> list[Ticket]:
    """One step of whoever's turn it is; finished ones leave."""
    own.admit(can_start)
    batch = own.batch()
    for one in batch:
        one.done += 1
        if one.done == one.steps:
            own.remove(one)
    return batch


def test_a_batch_is_of_one_group_and_stops_at_the_limit() -> None:
    small = [ticket(n) for n in (1, 3, 4, 5, 6)]
    own = scheduler(*small, ticket(2, group="b"))
    assert turn(own) == small[:4]
    assert sum(one.rows for one in small[:4]) == 8


def test_one_that_is_larger_than_the_limit_goes_alone() -> None:
    assert len(turn(scheduler(ticket(1, rows=2), ticket(2), limit=1))) == 1


def test_a_newcomer_has_its_first_preview_before_older_ones_go_on() -> None:
    older = [ticket(n, steps=20) for n in range(1, 5)]
    own = scheduler(*older, limit=2)
    for _ in range(16):
        turn(own)
    newcomer = ticket(9)
    own.add(newcomer)
    assert [turn(own) for _ in range(4)] == [[newcomer]] * 4
    assert turn(own) == [older[0]]


def test_newcomers_of_one_size_do_not_starve_a_picture_of_another() -> None:
    own = scheduler(ticket(1, group="large"), in_flight=4)
    turns = 0
    while own.running or own.waiting:
        own.add(ticket(2 + turns, steps=5, preview_at=4))
        turns += 1
        if any(one.group == "large" and one.done == one.steps for one in turn(own)):
            return
        assert turns < 200


def test_those_who_want_to_be_alone_go_one_after_the_other() -> None:
    first, second, third = (ticket(n) for n in (1, 2, 3))
    own = scheduler(first, second)
    turn(own)
    first.alone = True
    assert turn(own) == [second]
    second.alone = True
    own.add(third)
    assert [turn(own), turn(own)] == [[first], [first]]
    assert third in own.waiting


def test_first_come_is_first_finished_where_nobody_wants_a_preview() -> None:
    tickets = [ticket(n, preview_at=0) for n in range(1, 4)]
    own = scheduler(*tickets, limit=2)
    assert [turn(own)[0].number for _ in range(60)] == [1] * 20 + [2] * 20 + [3] * 20


def test_lower_priority_waits_for_higher() -> None:
    low, high = ticket(1, priority=-5), ticket(2)
    own = scheduler(low, high, limit=2)
    assert [turn(own)[0] for _ in range(40)] == [high] * 20 + [low] * 20


def test_no_more_are_in_flight_than_may_be() -> None:
    own = scheduler(*(ticket(n) for n in range(1, 9)), in_flight=3)
    turn(own)
    assert (len(own.running), len(own.waiting)) == (3, 5)


def test_one_whose_adapters_find_no_room_lets_others_go_first_but_not_for_ever() -> None:
    large = ticket(1)
    own = scheduler(large, *(ticket(n, steps=1) for n in range(2, 30)), in_flight=2, limit=2)
    painted = 0
    while own.batch() != [] or own.admit(lambda one: one is not large):
        painted += len(turn(own, lambda one: one is not large))
    assert large in own.waiting
    assert OVERTAKEN_AT_MOST <= painted <= OVERTAKEN_AT_MOST + own.in_flight
    assert turn(own) == [large]


def test_a_first_preview_with_four_requests_ahead_comes_five_times_sooner_than_one_after_the_other() -> None:
    own = scheduler(*(ticket(n) for n in range(1, 5)), limit=8)
    turn(own)
    newcomer = ticket(5)
    own.add(newcomer)
    steps = 0
    while newcomer.done < newcomer.preview_at:
        turn(own)
        steps += 1
    one_by_one = 4 * 20 + newcomer.preview_at
    assert steps * 5 <= one_by_one


arrivals = st.lists(
    st.tuples(
        st.integers(0, 30),  # the turn at which it arrives
        st.sampled_from("ab"),
        st.sampled_from((1, 2)),
        st.integers(1, 12),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=25,
)


@given(arrivals, st.integers(1, 6), st.sampled_from((1, 2, 4, 8)), st.data())
def test_everyone_ends_whatever_comes(
    coming: list[tuple[int, str, int, int, int]], in_flight: int, limit: int, data: st.DataObject
) -> None:
    own = scheduler(in_flight=in_flight, limit=limit)
    made = [
        (at, ticket(n, group=group, rows=rows, steps=steps, preview_at=preview))
        for n, (at, group, rows, steps, preview) in enumerate(coming)
    ]
    work = sum(one.steps for _, one in made)
    for now in range(31 + work):
        for at, one in made:
            if at == now:
                own.add(one)
        running = len(own.running)
        batch = turn(own)
        assert running <= in_flight
        assert len({one.group for one in batch}) <= 1
        assert len(batch) <= 1 or sum(one.rows for one in batch) <= limit
    assert all(one.done == one.steps for _, one in made)


@given(arrivals, st.integers(1, 4))
def test_with_room_for_one_row_nobody_ends_before_those_who_came_first(
    coming: list[tuple[int, str, int, int, int]], in_flight: int
) -> None:
    own = scheduler(in_flight=in_flight, limit=1)
    coming = sorted(coming, key=lambda one: one[0])
    made = [
        (at, ticket(n, group=group, rows=1, steps=steps, preview_at=preview))
        for n, (at, group, _, steps, preview) in enumerate(coming)
    ]
    finished: list[int] = []
    for now in range(31 + sum(one.steps for _, one in made)):
        for at, one in made:
            if at == now:
                own.add(one)
        finished += [one.number for one in turn(own) if one.done == one.steps]
    assert finished == list(range(len(made)))
