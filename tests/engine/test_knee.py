"""How large batches grow, by what has been measured."""

from engine.knee import SURE, Knee


def grown(knee: Knee, seconds: dict[int, float], turns: int = 60) -> int:
    """The limit after many full batches that take so long."""
    for _ in range(turns):
        rows = knee("a")
        knee.note("a", rows, seconds[rows])
    return knee("a")


def test_batches_grow_while_twice_the_rows_take_less_than_twice_the_time() -> None:
    assert grown(Knee(largest=16), {4: 1.0, 8: 1.2, 16: 1.5}) == 16


def test_they_stop_growing_where_it_does_not_pay() -> None:
    assert grown(Knee(), {4: 1.0, 8: 1.5, 16: 2.98, 32: 5.9, 64: 12}) == 16


def test_a_size_is_tried_only_after_the_one_below_has_been_seen_often_enough() -> None:
    knee = Knee()
    for _ in range(SURE - 1):
        knee.note("a", 4, 1.0)
    assert knee("a") == 4
    knee.note("a", 4, 1.0)
    assert knee("a") == 8


def test_every_group_has_its_own() -> None:
    knee = Knee()
    grown(knee, {4: 1.0, 8: 1.1, 16: 1.2, 32: 1.3, 64: 1.4})
    assert (knee("a"), knee("b")) == (64, 4)


def test_what_did_not_fit_into_memory_is_never_tried_again() -> None:
    knee = Knee()
    grown(knee, {4: 1.0, 8: 1.1, 16: 1.2, 32: 1.3, 64: 1.4})
    knee.lower("a", 24)
    assert knee("a") == 12
    knee.lower("a", 2)
    assert knee("a") == 1
    assert grown(knee, {1: 0.1}) == 1
