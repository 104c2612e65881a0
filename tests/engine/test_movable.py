"""Weights that come and go: every view follows, and the pictures stay the same."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.adapter import read_adapter
from engine.bank_lane import BankLane
from engine.base import Base
from engine.devices import Placement
from engine.fused_lane import FusedLane
from engine.jobs import Job
from engine.lane import Lane
from engine.loading import check_room, load_base
from engine.memory import FEWEST
from engine.metrics import Metrics
from engine.movable import Movable
from engine.pipeline_lane import PipelineLane
from engine.settings import EngineSettings
from engine.view import shared_view
from engine.worker import Worker
from protocol.errors import BaseMissing
from protocol.events import Completed, Event
from protocol.order import PaintOrder
from protocol.paint import PaintRequest
from tests.engine import lora

CPU = torch.device("cpu")


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """What is on the "device" now: on a CPU nothing would be copied otherwise."""
    made: list[Tensor] = []

    def copied(self: Movable, host: Tensor) -> Tensor:
        made.append(host.clone())
        return made[-1]

    monkeypatch.setattr(Movable, "_on_device", copied)
    return made


def addresses(module: nn.Module) -> list[int]:
    return [tensor.data_ptr() for tensor in (*module.parameters(), *module.buffers())]


def test_views_follow_and_what_is_nested_brings_them_once(copies: list[Tensor]) -> None:
    module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    view = shared_view(module)
    home = addresses(module)
    movable = Movable([module], CPU)
    with movable.there(), movable.there():
        assert len(copies) == len(home)
        assert addresses(view) == addresses(module) == [copy.data_ptr() for copy in copies]
    assert addresses(view) == addresses(module) == home


def test_what_does_not_fit_goes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    module = nn.Linear(3, 2)
    home = addresses(module)

    def full(_: Movable, host: Tensor) -> Tensor:
        if host.ndim == 1:
            raise torch.OutOfMemoryError
        return host.clone()

    monkeypatch.setattr(Movable, "_on_device", full)
    with pytest.raises(torch.OutOfMemoryError), Movable([module], CPU).there():
        pass
    assert addresses(module) == home


@pytest.mark.parametrize("ends", [lora.DENOISER + lora.TEXT, ("conv1", *lora.TEXT)])
def test_offloaded_text_encoders_are_there_for_each_new_text_in_every_lane(
    base: Base, base_folder: Path, tmp_path: Path, ends: tuple[str, ...], copies: list[Tensor]
) -> None:
    settings = EngineSettings(base=str(base_folder), data=tmp_path, offload=True)
    lean = load_base(settings, lambda _: None)
    home = addresses(lean.pipe.text_encoder)
    sha256 = lora.write(tmp_path, lora.weights(base, rank=2, ends=ends))
    adapter = read_adapter(tmp_path / f"{sha256}.safetensors", sha256, base)
    worn = [(adapter, 0.5)]
    pictures = []
    for own in (base, lean):
        bank = BankLane(own, pages=1)
        lane: Lane = bank if bank.takes(worn) else FusedLane(own, 1 << 30)
        request = PaintRequest(prompt="a cat", steps=2, seed=2).with_defaults(own.defaults)
        painting = lane.begin(request, 0, "a cat", worn)
        assert painting is not None
        while not painting.finished:
            lane.step([painting])
        pictures.append(lane.finish(painting).tobytes())
        if own is lean:
            assert copies
        plain = PipelineLane(own)
        request = PaintRequest(prompt="a dog", steps=2, seed=2).with_defaults(own.defaults)
        pictures.append(next(plain.paint(request, [], 0, lambda _: None)).image.tobytes())
    assert pictures[:2] == pictures[2:]
    assert addresses(lean.pipe.text_encoder) == home


def test_a_worker_that_slept_paints_the_same(base: Base, copies: list[Tensor]) -> None:
    worker = Worker(base, Metrics(), lambda job, event: job.events.append(event), lambda _: None)
    assert worker.bank is not None

    def picture() -> Event:
        request = PaintRequest(prompt="a cat", steps=2, seed=1, width=64, height=64)
        job = Job(PaintOrder(request=request), request.with_defaults(base.defaults), 1)
        worker.take(job, [])
        while not worker.idle:
            worker.turn()
        assert isinstance(job.events[-1], Completed)
        return job.events[-1]

    before, pages = picture(), worker.bank.bank.pages
    worker.sleep()
    worker.sleep()
    assert worker.bank.bank.pages == 0
    assert not copies
    worker.wake()
    assert worker.bank.bank.pages == pages
    shown = {copy.data_ptr() for copy in copies}
    assert set(addresses(base.pipe.unet)) <= shown
    after = picture()
    assert isinstance(before, Completed)
    assert isinstance(after, Completed)
    assert before.png[-2000:] == after.png[-2000:]


def test_a_bank_that_had_to_shrink_grows_back_while_nobody_paints(base: Base) -> None:
    worker = Worker(base, Metrics(), lambda *_: None, lambda _: None)
    assert worker.bank is not None
    pages = worker.bank.pages
    worker.bank.bank.resize(FEWEST)
    worker.tidy()
    assert worker.bank.bank.pages == pages > FEWEST


def test_weights_that_leave_no_room_are_refused_with_what_would_help() -> None:
    gpu = Placement(torch.device("cuda"), torch.bfloat16)
    check_room(10 << 30, 11 << 30, gpu, offload=False)
    with pytest.raises(BaseMissing, match=r"10.0 GiB in bf16 .* has 10.9 GiB free. What helps: .*=fp8 .*OFFLOAD"):
        check_room(10 << 30, int(10.9 * 2**30), gpu, offload=False)
    slim = Placement(torch.device("cuda"), torch.bfloat16, narrow=True)
    with pytest.raises(BaseMissing, match=r"What helps: a smaller base\."):
        check_room(10 << 30, 1 << 30, slim, offload=True)
