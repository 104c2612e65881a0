"""A compiled denoiser: compiled for shapes alone, never for what is painted, and painting the same."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch._dynamo.utils import counters

from adapters.canonical import Adapter
from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.knee import Knee
from engine.lane import Worn
from engine.metrics import Metrics
from engine.pace import Pace
from engine.painting import Painting
from engine.worker import Worker
from protocol.paint import PaintRequest, ResolvedRequest
from tests.engine import lora


@pytest.fixture
def styles(base: Base, tmp_path: Path) -> list[Adapter]:
    def style(rank: int, ends: tuple[str, ...]) -> Adapter:
        sha256 = lora.write(tmp_path, lora.weights(base, rank, seed=rank, ends=ends))
        return read_adapter(tmp_path / f"{sha256}.safetensors", sha256, base)

    return [style(1, ("to_q",)), style(8, lora.DENOISER), style(9, (*lora.DENOISER, *lora.TEXT)), style(16, ("to_v",))]


@pytest.fixture(autouse=True)
def _nothing_compiled_before() -> Iterator[None]:
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()


def wanted(base: Base, **fields: Any) -> ResolvedRequest:
    usual: dict[str, Any] = {"prompt": "a cat", "steps": 2, "guidance_scale": 2.0, "seed": 4, "width": 64, "height": 64}
    return PaintRequest(**usual | fields).with_defaults(base.defaults)


def paint(lane: BankLane, company: list[tuple[ResolvedRequest, Worn]]) -> list[np.ndarray]:
    paintings: list[Painting] = []
    for request, worn in company:
        painting = lane.begin(request, 0, request.prompt, worn)
        assert painting is not None
        paintings.append(painting)
    while running := [painting for painting in paintings if not painting.finished]:
        lane.step(running)
    for painting in paintings:
        lane.let_go(painting)
    return [np.asarray(lane.finish(painting), dtype=int) for painting in paintings]


def graphs() -> int:
    return int(counters["stats"]["unique_graphs"])


def test_nothing_is_compiled_anew_for_adapters_weights_samplers_or_prompts(base: Base, styles: list[Adapter]) -> None:
    lane, plain = BankLane(base, pages=3), BankLane(base, pages=3)
    # What dynamo makes of the module counts here; what a compiler makes of that follows from it.
    lane.compile(backend="eager")
    knee = Knee(largest=8)
    with ThreadPoolExecutor(1) as thread:  # as the painter does; settings of the compiler are a thread's own
        thread.submit(lane.warm_up, wanted(base), knee, Pace(base.placement.device), 8).result()
        compiled = graphs()
        rows = knee(lane.group(wanted(base), []))
        assert compiled >= 3 * int(math.log2(rows))
        companies = [
            [(wanted(base), [])],
            [(wanted(base, guidance_scale=1.0), [(styles[1], 1.0)])],
            [(wanted(base, seed=i, prompt=f"a ship {i}"), [(styles[i], 0.3 * i)]) for i in (1, 3)],
            [(wanted(base, sampler="euler_a"), [(styles[2], -1.0)]), (wanted(base, steps=4, prompt="a dog " * 30), [])],
            [(wanted(base, sampler="ddim"), [(styles[1], 1.0), (styles[3], 0.5)])],
        ]
        for company in companies:
            assert sum(request.guidance_scale > 1 for request, _ in company) * 2 <= rows
            for ours, theirs in zip(thread.submit(paint, lane, company).result(), paint(plain, company), strict=True):
                assert np.abs(ours - theirs).max() <= 2
        assert graphs() == compiled
        thread.submit(paint, lane, [(wanted(base, width=96), [])]).result()
        assert graphs() > compiled


def test_a_worker_is_warm_before_its_first_job(base: Base) -> None:
    worker = Worker(base, Metrics(), lambda *_: None, lambda _: None)
    assert worker.bank is not None
    worker.warm_up()
    assert graphs() == 0
    worker.bank.compile(backend="eager")
    worker.warm_up()
    assert graphs() > 0
    assert not worker.bank.bank.holders
    assert worker.knee(worker.bank.group(wanted(base), [])) >= 4
