"""Which job is blamed when the engine goes."""

from contextlib import ExitStack, suppress

import pytest

from bot.company import Company
from protocol.errors import EngineGone


def crash(stack: ExitStack) -> None:
    with suppress(EngineGone), stack:
        raise EngineGone("It is gone.")


def test_one_that_was_alone_is_blamed() -> None:
    company = Company()
    with pytest.raises(EngineGone), company.of("one"):
        raise EngineGone("It is gone.")
    assert company.was_alone("one")


def test_those_that_were_together_are_not_in_whatever_order_they_hear_of_it() -> None:
    company = Company()
    first, second = ExitStack(), ExitStack()
    first.enter_context(company.of("first"))
    second.enter_context(company.of("second"))
    crash(first)
    assert not company.was_alone("first")
    crash(second)
    assert not company.was_alone("second")


def test_one_that_finished_before_is_no_company() -> None:
    company = Company()
    with company.of("finished"):
        pass
    with suppress(EngineGone), company.of("alone"):
        raise EngineGone("It is gone.")
    assert company.was_alone("alone")


def test_one_that_is_cancelled_after_the_engine_went_is_forgotten() -> None:
    company = Company()
    first, second = ExitStack(), ExitStack()
    first.enter_context(company.of("first"))
    second.enter_context(company.of("second"))
    crash(first)
    assert not company.was_alone("first")
    with suppress(KeyboardInterrupt), second:
        raise KeyboardInterrupt
    with suppress(EngineGone), company.of("second"):
        raise EngineGone("It is gone.")
    assert company.was_alone("second")


def test_what_is_no_job_is_company_and_leaves_no_trace() -> None:
    company = Company()
    job, other = ExitStack(), ExitStack()
    job.enter_context(company.of("job"))
    other.enter_context(company.beside())
    crash(other)
    crash(job)
    assert not company.was_alone("job")
    with suppress(EngineGone), company.of("job"):
        raise EngineGone("It is gone.")
    assert company.was_alone("job")
    assert company._gone == {}
