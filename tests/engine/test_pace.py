"""The painting thread waits for a GPU that has fallen behind, and hears how long its steps took."""

from typing import Any, ClassVar

import pytest
import torch

from engine.pace import AHEAD, Pace


class Event:
    """A CUDA event of a device whose clock stands still but for what is queued."""

    log: ClassVar[list[str]] = []
    clock = 0.0

    def __init__(self, enable_timing: bool) -> None:
        assert enable_timing
        self.at = -1.0

    def record(self, stream: str) -> None:
        assert stream == "of cuda:1"
        self.at = Event.clock

    def synchronize(self) -> None:
        Event.log.append("wait")

    def elapsed_time(self, other: Any) -> float:
        return float(other.at - self.at)


def test_a_gpu_is_never_more_than_a_step_behind_and_its_steps_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: f"of {device}")
    Event.log.clear()
    pace, noted = Pace(torch.device("cuda:1")), list[float]()
    for step in range(5):
        with pace.step(noted.append):
            Event.log.append(f"step {step}")
            Event.clock += 250
    assert AHEAD == 1
    assert Event.log == ["step 0", "step 1", "wait", "step 2", "wait", "step 3", "wait", "step 4"]
    assert noted == [0.25, 0.25, 0.25]


def test_a_step_that_fails_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: f"of {device}")
    for device in ("cuda:1", "cpu"):
        pace, noted = Pace(torch.device(device)), list[float]()
        with pytest.raises(ZeroDivisionError), pace.step(noted.append):
            raise ZeroDivisionError
        for _ in range(3):
            with pace.step(noted.append):
                pass
        assert len(noted) == (3 if device == "cpu" else 1)
