"""The queue of orders: turns, followers, cancelling, and orders that are sent twice."""

import asyncio
from contextlib import ExitStack

import pytest

from engine.jobs import Job, Jobs
from protocol.errors import Cancelled, EngineBusy, EngineGone, IdempotencyConflict
from protocol.events import Failed, PartialImage, Progress, Queued
from protocol.order import PaintOrder
from protocol.paint import PaintRequest, RenderDefaults

DEFAULTS = RenderDefaults(width=64, height=64, steps=4, guidance_scale=1.0, sampler="ddim")
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(8) + b"pixels"


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
    for _ in range(2):
        (await jobs.next()).finish()
    assert second.events == [Queued(1), Queued(2), Queued(1)]


async def test_the_one_being_painted_goes_first_as_well() -> None:
    jobs = Jobs(10)
    take_in(jobs)
    painting = await jobs.next()
    assert take_in(jobs).events == [Queued(1)]
    painting.finish()
    await jobs.next()
    assert take_in(jobs).events == [Queued(1)]
    jobs.waiting.clear()
    for job in jobs.running:
        job.finish()
    assert take_in(jobs).events == [Queued(0)]


async def test_a_full_queue_says_so() -> None:
    jobs = Jobs(1)
    take_in(jobs)
    with pytest.raises(EngineBusy):
        take_in(jobs)


async def test_a_job_that_nobody_follows_any_more_leaves_the_queue() -> None:
    jobs = Jobs(10)
    given_up, other = take_in(jobs), take_in(jobs)
    with jobs.follow(given_up) as events:
        assert await anext(events) == Queued(0)
    assert given_up.cancelled.is_set()
    assert given_up.events[-1] == Failed(Cancelled("The request was cancelled."))
    assert jobs.waiting == [other]


async def test_a_job_being_painted_is_told_to_stop_when_its_follower_leaves() -> None:
    jobs = Jobs(10)
    job = take_in(jobs)
    await jobs.next()
    with jobs.follow(job) as events:
        await anext(events)
    assert job.cancelled.is_set()


async def test_one_who_leaves_before_listening_gives_the_job_up_too() -> None:
    jobs = Jobs(10)
    with jobs.follow(take_in(jobs)):
        pass
    assert jobs.waiting == []


async def test_an_order_sent_twice_is_one_job_and_both_hear_everything() -> None:
    jobs = Jobs(10)
    job = take_in(jobs, key="k")
    assert take_in(jobs, key="k") is job
    await jobs.next()
    job.tell(Progress(index=0, step=1, steps=4))
    job.finish()
    expected = [Queued(0), Progress(index=0, step=1, steps=4)]
    for again in (job, take_in(jobs, key="k")):
        with jobs.follow(again) as events:
            assert [event async for event in events] == expected


async def test_one_of_two_followers_leaving_does_not_cancel() -> None:
    jobs = Jobs(10)
    job = take_in(jobs, key="k")
    with jobs.follow(job) as staying:
        await anext(staying)
        with jobs.follow(job) as leaving:
            await anext(leaving)
        assert not job.cancelled.is_set()


async def test_a_second_follower_keeps_the_job_before_it_has_listened() -> None:
    jobs = Jobs(10)
    job = take_in(jobs, key="k")
    with ExitStack() as second:
        with jobs.follow(job) as first:
            await anext(first)
            second.enter_context(jobs.follow(take_in(jobs, key="k")))
        assert not job.cancelled.is_set()
    assert job.cancelled.is_set()


async def test_an_engine_that_stops_ends_all_that_wait() -> None:
    jobs = Jobs(10)
    job = take_in(jobs)
    gone = EngineGone("The engine was stopped.")
    jobs.end(gone)
    with jobs.follow(job) as events:
        assert [event async for event in events] == [Queued(0), Failed(gone)]
    assert jobs.waiting == []


async def test_finished_jobs_are_kept_only_as_far_as_their_pictures_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.jobs.KEPT_BYTES", 2 * len(PICTURE))
    jobs = Jobs(10)
    done = [take_in(jobs, key=key) for key in "abc"]
    for job in done:
        await jobs.next()
        job.tell(PartialImage(png=PICTURE, index=0, step=1, partial_image_index=0))
        job.finish()
    take_in(jobs)
    assert [take_in(jobs, key=key) is job for key, job in zip("cba", reversed(done), strict=True)] == [
        True,
        True,
        False,
    ]


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
        with jobs.follow(job) as events:
            return [event async for event in events]

    listening = asyncio.create_task(listen())
    for step in range(1, 4):
        await asyncio.sleep(0)
        job.tell(Progress(index=0, step=step, steps=3))
    await asyncio.sleep(0)
    job.finish()
    assert [event.step for event in await listening if isinstance(event, Progress)] == [1, 2, 3]
