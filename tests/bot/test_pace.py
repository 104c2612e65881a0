"""The pace is that of the engine, however many jobs it paints together, and whatever happens between them."""

from contextlib import ExitStack, suppress

import pytest

from bot.pace import Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def spoil(pace: Pace, clock: Clock, seconds: float) -> None:
    """A job that fails."""
    with suppress(KeyError), pace.of(1.0):
        clock.now += seconds
        raise KeyError


def test_nobody_knows_before_the_first_job(pace: Pace) -> None:
    assert pace.seconds_a_unit is None
    with pace.of(1.0):
        assert pace.seconds_a_unit is None


@pytest.mark.parametrize("together", [1, 2, 8])
def test_jobs_that_are_painted_together_share_their_time_from_the_first_on(
    pace: Pace, clock: Clock, together: int
) -> None:
    with ExitStack() as inside:
        for _ in range(together):
            inside.enter_context(pace.of(2.0))
        clock.now += 6.0 * together
        inside.pop_all().close()
    assert pace.seconds_a_unit == pytest.approx(3.0)


def test_a_job_that_others_join_and_leave_has_its_part_of_each_second(pace: Pace, clock: Clock) -> None:
    with pace.of(3.0):
        clock.now += 2.0
        spoil(pace, clock, 2.0)
    assert pace.seconds_a_unit == pytest.approx(1.0)


def test_the_time_in_which_there_is_no_engine_counts_for_nobody(pace: Pace, clock: Clock) -> None:
    for _ in range(2):
        clock.now += 1_000.0
        with pace.of(1.0):
            clock.now += 5.0
    assert pace.seconds_a_unit == pytest.approx(5.0)


def test_what_is_not_finished_teaches_nothing(pace: Pace, clock: Clock) -> None:
    with pace.of(1.0):
        clock.now += 5.0
    spoil(pace, clock, 500.0)
    assert pace.seconds_a_unit == pytest.approx(5.0)


def test_an_engine_that_has_become_faster_is_known_after_some_jobs(pace: Pace, clock: Clock) -> None:
    for seconds in (10.0, *[1.0] * 30):
        with pace.of(1.0):
            clock.now += seconds
    assert pace.seconds_a_unit == pytest.approx(1.0, rel=0.1)
