"""The worker, a turn at a time: jobs in company, faults that end one job and no other, memory that runs out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.families.sd import StableDiffusion
from engine.jobs import Job
from engine.memory import FEWEST
from engine.metrics import Metrics
from engine.worker import IN_FLIGHT, Worker
from protocol.errors import Cancelled, NotFinite
from protocol.events import Completed, Event, Failed, PartialImage, Progress
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import painted_in
from tests.engine import lora

OutOfMemory = torch.OutOfMemoryError


class Watched:
    """A worker whose jobs write down what they hear."""

    def __init__(self, base: Base) -> None:
        self.ended: list[Job] = []
        self.worker = Worker(base, Metrics(), lambda job, event: job.events.append(event), self.ended.append)
        self.count = 0

    @property
    def bank(self) -> BankLane:
        assert self.worker.bank is not None
        return self.worker.bank

    def take(self, *adapters: Adapter, previews: int = 0, **fields: Any) -> Job:
        usual = {"prompt": "a cat", "steps": 4, "guidance_scale": 2.0, "seed": 1, "width": 64, "height": 64}
        uses = tuple(AdapterUse(adapter.sha256) for adapter in adapters)
        request = PaintRequest(**usual | {"adapters": uses} | fields)
        self.count += 1
        job = Job(
            PaintOrder(request=request, partial_images=previews),
            request.with_defaults(self.worker.base.defaults),
            self.count,
        )
        self.worker.take(job, adapters)
        return job

    def run(self, turns: int = 400) -> None:
        for _ in range(turns):
            if self.worker.idle:
                return
            self.worker.turn()
        raise AssertionError("the worker does not come to an end")


@pytest.fixture
def watched(base: Base) -> Watched:
    return Watched(base)


@pytest.fixture
def styles(base: Base, tmp_path: Path) -> list[Adapter]:
    def style(rank: int) -> Adapter:
        sha256 = lora.write(tmp_path, lora.weights(base, rank, seed=rank))
        return read_adapter(tmp_path / f"{sha256}.safetensors", sha256, base)

    return [style(rank) for rank in (1, 4, 17)]


def wide_adapter(base: Base, folder: Path) -> Adapter:
    """One of 3x3 convolutions, which the bank cannot hold."""
    sha256 = lora.write(folder, lora.weights(base, ends=("conv1",)))
    return read_adapter(folder / f"{sha256}.safetensors", sha256, base)


def ending(job: Job) -> Event:
    return job.events[-1]


def batches(job: Job) -> list[str]:
    return [painted_in(event.png).batch for event in job.events if isinstance(event, Completed)]


def failing(error: type[Exception], when: Callable[..., bool], then: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        if when(*args):
            raise error("injected")
        return then(*args)

    return call


def test_jobs_of_different_styles_and_steps_share_their_steps(watched: Watched, styles: list[Adapter]) -> None:
    watched.worker.knee.smallest = 8
    jobs = [watched.take(*styles[:i], seed=i, steps=3 + i % 2) for i in range(4)]
    watched.run()
    assert watched.ended == jobs
    assert [batches(job) for job in jobs] == [["8x4x8x8"], ["4x4x8x8"], ["8x4x8x8"], ["4x4x8x8"]]
    for job in jobs:
        steps = [event.step for event in job.events if isinstance(event, Progress)]
        assert steps == list(range(1, job.request.steps + 1))


def test_a_newcomer_joins_between_two_steps_and_is_first_to_its_preview(watched: Watched) -> None:
    older = watched.take(steps=10)
    for _ in range(3):
        watched.worker.turn()
    newcomer = watched.take(steps=5, previews=1, seed=2)
    watched.worker.turn()
    assert [type(event) for event in newcomer.events] == [Progress, PartialImage]
    watched.run()
    assert isinstance(ending(older), Completed)
    assert isinstance(ending(newcomer), Completed)


def test_what_the_bank_cannot_hold_is_painted_with_a_merged_copy(watched: Watched, base: Base, tmp_path: Path) -> None:
    jobs = [watched.take(), watched.take(wide_adapter(base, tmp_path), previews=1), watched.take()]
    watched.run()
    lanes = [event.lane for job in jobs for event in job.events if isinstance(event, Completed)]
    assert lanes == ["bank", "fused", "bank"]
    assert any(isinstance(event, PartialImage) for event in jobs[1].events)


def test_a_cancelled_job_leaves_at_once_and_gives_its_pages_back(watched: Watched, styles: list[Adapter]) -> None:
    given_up, other = watched.take(styles[0]), watched.take(styles[1])
    watched.worker.turn()
    given_up.cancelled.set()
    watched.worker.turn()
    assert ending(given_up) == Failed(Cancelled("The request was cancelled."))
    assert watched.ended == [given_up]
    assert list(watched.bank.bank.holders) == [styles[1].sha256]
    watched.run()
    assert isinstance(ending(other), Completed)
    assert not watched.bank.bank.holders


def test_one_that_is_cancelled_while_it_waits_for_room_leaves_too(watched: Watched, styles: list[Adapter]) -> None:
    watched.bank.bank.resize(1)
    first, waiting = watched.take(styles[0]), watched.take(styles[1])
    watched.worker.turn()
    assert waiting.events == []
    waiting.cancelled.set()
    watched.run()
    assert (type(ending(first)), type(ending(waiting))) == (Completed, Failed)


def test_more_adapters_than_pages_take_turns(watched: Watched, styles: list[Adapter]) -> None:
    watched.bank.bank.resize(2)
    jobs = [watched.take(style, seed=i) for i, style in enumerate(styles * 2)]
    watched.run()
    assert all(isinstance(ending(job), Completed) for job in jobs)


def test_what_takes_more_pages_than_there_are_is_painted_with_a_merged_copy(
    watched: Watched, styles: list[Adapter]
) -> None:
    watched.bank.bank.resize(2)
    blend, single = watched.take(*styles), watched.take(styles[0])
    watched.run()
    assert [event.lane for job in (blend, single) for event in job.events if isinstance(event, Completed)] == [
        "fused",
        "bank",
    ]


def test_a_job_whose_second_picture_cannot_begin_ends_whole(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = failing(RuntimeError, lambda _request, index, *_: index == 1, watched.bank.begin)
    monkeypatch.setattr(watched.bank, "begin", begin)
    job, other = watched.take(count=3), watched.take()
    watched.run()
    assert [type(event) for event in job.events] == [Failed]
    assert isinstance(ending(other), Completed)
    assert not watched.worker.scheduler.running


def test_a_picture_that_makes_the_denoiser_fail_ends_alone(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    family = watched.bank.family
    good, bad, other = watched.take(seed=1), watched.take(prompt="a fatal cat", seed=2), watched.take(seed=3)
    watched.worker.turn()
    poisoned = [w.painting for w in watched.worker.works.values() if w.job is bad]
    conditions = [painting.conditioning for painting in poisoned if painting is not None]
    predict = failing(
        RuntimeError, lambda _l, _t, given: any(c is own for c in given for own in conditions), family.predict
    )
    monkeypatch.setattr(family, "predict", predict)
    watched.run()
    assert isinstance(failed := ending(bad), Failed)
    assert "injected" in failed.error.sentence
    assert isinstance(ending(good), Completed)
    assert isinstance(ending(other), Completed)


def test_numbers_that_run_away_end_their_own_job_and_name_the_adapter(watched: Watched, styles: list[Adapter]) -> None:
    loud = Adapter(
        "f" * 64,
        {
            c: {name: replace(pair, up=pair.up * 1e38) for name, pair in factors.items()}
            for c, factors in styles[0].components.items()
        },
    )
    bad, good = watched.take(loud), watched.take(styles[1])
    watched.run()
    assert isinstance(failed := ending(bad), Failed)
    assert isinstance(failed.error, NotFinite)
    assert "ffffffffffff" in failed.error.sentence
    assert isinstance(ending(good), Completed)


def test_a_picture_that_fails_takes_the_others_of_its_job_with_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = failing(RuntimeError, lambda _: True, lambda _: None)
    monkeypatch.setattr(watched.bank, "finish", finish)
    job = watched.take(count=3)
    watched.run()
    assert [type(event) for event in job.events].count(Failed) == 1
    assert isinstance(ending(job), Failed)
    assert watched.ended == [job]


def rows_of(latents: torch.Tensor, *_: object) -> int:
    return len(latents)


def test_out_of_memory_makes_batches_smaller_at_first(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    family = watched.bank.family
    monkeypatch.setattr(family, "predict", failing(OutOfMemory, lambda x, *_: len(x) > 2, family.predict))
    jobs = [watched.take(seed=i) for i in range(4)]
    watched.run()
    assert all(batches(job) == ["2x4x8x8"] for job in jobs)


def test_then_a_picture_waits_until_it_is_alone(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    family, scheduler = watched.bank.family, watched.worker.scheduler
    crowded = failing(OutOfMemory, lambda *_: len(scheduler.running) > 1 and watched.ended == [], family.predict)
    small, large = watched.take(steps=2), watched.take(width=96, height=96)
    large_group = watched.bank.group(large.request, [])
    monkeypatch.setattr(
        family,
        "predict",
        lambda x, *rest: crowded(x, *rest) if x.shape[-1] == 12 else type(family).predict(family, x, *rest),
    )
    watched.run()
    assert (type(ending(small)), type(ending(large))) == (Completed, Completed)
    assert watched.worker.knee(large_group) > 1


def test_two_that_do_not_fit_both_end_and_the_engine_paints_on(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = watched.bank.family
    monkeypatch.setattr(family, "predict", failing(OutOfMemory, lambda x, *_: x.shape[-1] == 12, family.predict))
    large = [watched.take(width=96, height=96, count=2), watched.take(width=96, height=96)]
    small = watched.take()
    watched.run()
    assert [type(ending(job)) for job in (*large, small)] == [Failed, Failed, Completed]


def test_then_the_bank_gives_memory_back(
    watched: Watched, styles: list[Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    family, bank = watched.bank.family, watched.bank.bank
    bank.resize(4 * FEWEST)
    monkeypatch.setattr(family, "predict", failing(OutOfMemory, lambda *_: bank.pages > FEWEST, family.predict))
    job = watched.take(styles[2])
    watched.run()
    assert isinstance(ending(job), Completed)
    assert bank.pages == FEWEST


def test_where_nothing_is_left_to_give_the_job_fails_and_the_next_is_painted(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(watched.bank.family, "predict", failing(OutOfMemory, lambda *_: True, lambda *_: None))
        job = watched.take()
        watched.run()
        assert isinstance(failed := ending(job), Failed)
        assert "memory" in failed.error.sentence
    after = watched.take()
    watched.run()
    assert isinstance(ending(after), Completed)


def test_decoding_that_runs_out_of_memory_is_done_in_tiles(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    family = watched.bank.family
    monkeypatch.setattr(family, "decode", failing(OutOfMemory, lambda _: not family.pipe.vae.use_tiling, family.decode))
    try:
        job = watched.take()
        watched.run()
        assert isinstance(ending(job), Completed)
    finally:
        family.pipe.vae.disable_tiling()


def test_no_more_are_painted_at_once_than_are_in_flight(watched: Watched) -> None:
    jobs = [watched.take(count=IN_FLIGHT - 1, steps=1, seed=i) for i in range(2)]
    watched.worker.turn()
    running = watched.worker.scheduler.running
    assert len(running) + sum(isinstance(event, Completed) for event in jobs[0].events) == IN_FLIGHT
    watched.run()
    assert all(isinstance(ending(job), Completed) for job in jobs)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level("CRITICAL"):
        yield


def test_a_picture_that_cannot_begin_for_want_of_memory_begins_once_others_are_done(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = watched.bank.family
    first = watched.take()
    watched.worker.turn()
    monkeypatch.setattr(family, "condition", failing(OutOfMemory, lambda _: watched.ended == [], family.condition))
    second = watched.take(prompt="a large dog")
    watched.run()
    assert (type(ending(first)), type(ending(second))) == (Completed, Completed)


def test_one_that_cannot_begin_though_nobody_else_is_there_fails(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched.bank.family, "condition", failing(OutOfMemory, lambda _: True, lambda _: None))
    job = watched.take(prompt="a large dog")
    watched.run()
    assert isinstance(failed := ending(job), Failed)
    assert "memory" in failed.error.sentence
    assert not watched.bank.bank.holders


def test_merged_copies_that_nobody_uses_go_before_anything_else(
    watched: Watched, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.take(wide_adapter(base, tmp_path))
    watched.run()
    fused, family, pages = watched.worker.fused, watched.bank.family, watched.bank.bank.pages
    assert fused is not None
    assert fused.copies
    monkeypatch.setattr(family, "predict", failing(OutOfMemory, lambda *_: bool(fused.copies), family.predict))
    job = watched.take()
    watched.run()
    assert isinstance(ending(job), Completed)
    assert not fused.copies
    assert watched.bank.bank.pages == pages


def test_a_merged_copy_whose_text_never_fits_is_not_made_for_ever(
    watched: Watched, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StableDiffusion, "condition", failing(OutOfMemory, lambda *_: True, lambda *_: None))
    job = watched.take(wide_adapter(base, tmp_path))
    watched.run(turns=20)
    assert isinstance(failed := ending(job), Failed)
    assert "memory" in failed.error.sentence


def test_a_blend_that_waits_while_the_bank_shrinks_is_painted_with_a_merged_copy(
    watched: Watched, styles: list[Adapter]
) -> None:
    watched.bank.bank.resize(4)
    held = watched.bank.bank.acquire([(styles[0], 1.0)])
    assert held is not None
    blend = watched.take(*styles)
    watched.bank.bank.give_back(held)
    watched.bank.bank.resize(1)
    watched.run()
    assert [event.lane for event in blend.events if isinstance(event, Completed)] == ["fused"]


def test_decoding_that_runs_out_of_memory_takes_that_of_idle_copies_first(
    watched: Watched, base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.take(wide_adapter(base, tmp_path))
    watched.run()
    fused, family = watched.worker.fused, watched.bank.family
    assert fused is not None
    monkeypatch.setattr(family, "decode", failing(OutOfMemory, lambda _: bool(fused.copies), family.decode))
    job = watched.take()
    watched.run()
    assert isinstance(ending(job), Completed)
    assert not base.pipe.vae.use_tiling


Where = tuple[type, str]


@pytest.mark.parametrize("lane", ["bank", "fused", "pipeline"])
@pytest.mark.parametrize(
    "where",
    [
        (StableDiffusion, "condition"),
        (StableDiffusion, "noise"),
        (StableDiffusion, "predict"),
        (StableDiffusion, "decode"),
        (Worker, "_show"),
    ],
)
def test_a_job_can_be_cancelled_at_every_stage_and_holds_nothing_after_it(
    watched: Watched,
    base: Base,
    styles: list[Adapter],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lane: str,
    where: Where,
) -> None:
    worker, fused = watched.worker, watched.worker.fused
    assert fused is not None
    adapter = styles[0] if lane == "bank" else wide_adapter(base, tmp_path)
    fused.budget = 0 if lane == "pipeline" else fused.budget
    if lane == "pipeline" and where[0] is StableDiffusion:
        where = (type(worker.pipeline.base.pipe), {"condition": "encode_prompt"}.get(where[1], "prepare_latents"))
    given_up = watched.take(adapter, previews=2, steps=6, prompt="given up")
    original = getattr(where[0], where[1])

    def cancelling(*args: Any, **named: Any) -> Any:
        given_up.cancelled.set()
        return original(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(where[0], where[1], cancelling)
        while given_up not in watched.ended:
            worker.turn()
    assert given_up.cancelled.is_set()
    assert isinstance(ending(given_up), Completed if where[1] == "decode" else Failed)
    assert worker.idle
    assert not worker.scheduler.running + worker.scheduler.waiting
    assert not watched.bank.bank.holders
    assert not any(copy.paintings for copy in fused.copies.values())
    other = watched.take(adapter)
    watched.run()
    assert isinstance(ending(other), Completed)
