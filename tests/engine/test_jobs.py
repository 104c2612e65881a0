"""The queue of orders: turns, followers, cancelling, and orders that are sent twice."""

import asyncio
from contextlib import aclosing

import pytest

from engine.jobs import Job, Jobs
from protocol.errors import Cancelled, EngineBusy, IdempotencyConflict
from protocol.events import Failed, Progress, Queued
from protocol.order import PaintOrder
from protocol.paint import PaintRequest, RenderDefaults

DEFAULTS = RenderDefaults(width=64, height=64, steps=4, guidance_scale=1.0, sampler="ddim")


def take_in(jobs: Jobs, prompt: str = "cat", *, priority: int = 0, key: str | None = None) -> Job:
    request = PaintRequest(prompt=prompt, seed=1)
    order = PaintOrder(request=request, priority=priority, idempotency_key=key)
    return jobs.take_in(order, request.with_defaults(DEFAULTS))


async def test_first_come_is_first_served_within_a_priority() -> None:
    jobs = Jobs(10)
    first, urgent, second = take_in(jobs), take_in(jobs, priority=5), take_in(jobs)
    assert [await jobs.next() for _ in range(3)] == [urgent, first, second]


async def test_those_that_wait_hear_their_place_whenever_it_changes() -> None:
    jobs = Jobs(10)
    take_in(jobs)
    second = take_in(jobs)
    take_in(jobs, priority=1)
    await jobs.next()
    await jobs.next()
    assert second.events == [Queued(1), Queued(2), Queued(1), Queued(0)]


async def test_a_full_queue_says_so() -> None:
    jobs = Jobs(1)
    take_in(jobs)
    with pytest.raises(EngineBusy):
        take_in(jobs)


async def test_a_job_that_nobody_follows_any_more_leaves_the_queue() -> None:
    jobs = Jobs(10)
    given_up, other = take_in(jobs), take_in(jobs)
    async with aclosing(jobs.follow(given_up)) as events:
        assert await anext(events) == Queued(0)
    assert given_up.cancelled.is_set()
    assert given_up.events[-1] == Failed(Cancelled("The request was cancelled."))
    assert jobs.waiting == [other]


async def test_a_job_being_painted_is_told_to_stop_when_its_follower_leaves() -> None:
    jobs = Jobs(10)
    job = take_in(jobs)
    await jobs.next()
    async with aclosing(jobs.follow(job)) as events:
        await anext(events)
    assert job.cancelled.is_set()


async def test_an_order_sent_twice_is_one_job_and_both_hear_everything() -> None:
    jobs = Jobs(10)
    job = take_in(jobs, key="k")
    assert take_in(jobs, key="k") is job
    await jobs.next()
    job.tell(Progress(index=0, step=1, steps=4))
    job.finish()
    expected = [Queued(0), Progress(index=0, step=1, steps=4)]
    assert [event async for event in jobs.follow(job)] == expected
    assert [event async for event in jobs.follow(take_in(jobs, key="k"))] == expected


async def test_one_of_two_followers_leaving_does_not_cancel() -> None:
    jobs = Jobs(10)
    job = take_in(jobs, key="k")
    async with aclosing(jobs.follow(job)) as staying:
        await anext(staying)
        async with aclosing(jobs.follow(job)) as leaving:
            await anext(leaving)
        assert not job.cancelled.is_set()


async def test_a_key_used_for_another_request_is_a_conflict() -> None:
    jobs = Jobs(10)
    take_in(jobs, "cat", key="k")
    with pytest.raises(IdempotencyConflict):
        take_in(jobs, "dog", key="k")


async def test_a_cancelled_order_can_be_sent_again_under_its_key() -> None:
    jobs = Jobs(10)
    first = take_in(jobs, key="k")
    jobs.cancel(first)
    assert take_in(jobs, key="k") is not first


async def test_a_follower_hears_what_happens_while_it_waits() -> None:
    jobs = Jobs(10)
    job = take_in(jobs)
    await jobs.next()

    async def listen() -> list[object]:
        return [event async for event in jobs.follow(job)]

    listening = asyncio.create_task(listen())
    for step in range(1, 4):
        await asyncio.sleep(0)
        job.tell(Progress(index=0, step=step, steps=3))
    await asyncio.sleep(0)
    job.finish()
    assert [event.step for event in await listening if isinstance(event, Progress)] == [1, 2, 3]
