"""Where a base runs: the best that is there, or what was asked for."""

import pytest
import torch

from engine.devices import Placement, choose_placement
from protocol.errors import BaseMissing


def machine(monkeypatch: pytest.MonkeyPatch, *, cuda: int = 0, bf16: bool = True, mps: bool = False) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: cuda > 0)
    monkeypatch.setattr("torch.cuda.device_count", lambda: cuda)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation=True: bf16)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: mps)


def test_a_machine_without_a_gpu_paints_in_fp32_on_its_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch)
    assert choose_placement() == Placement(torch.device("cpu"), torch.float32)


def test_a_recent_nvidia_gpu_is_taken_with_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cuda=1, mps=True)
    assert choose_placement() == Placement(torch.device("cuda"), torch.bfloat16)


def test_an_older_nvidia_gpu_is_taken_with_fp16(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cuda=1, bf16=False)
    assert choose_placement() == Placement(torch.device("cuda"), torch.float16)


def test_an_apple_gpu_is_taken_with_fp16(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, mps=True)
    assert choose_placement() == Placement(torch.device("mps"), torch.float16)


def test_what_is_asked_for_goes_over_what_is_best(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cuda=2)
    assert choose_placement("cpu") == Placement(torch.device("cpu"), torch.float32)
    assert choose_placement("cuda:1", "fp32") == Placement(torch.device("cuda:1"), torch.float32)
    assert choose_placement("auto", "fp16").dtype_name == "fp16"


@pytest.mark.parametrize(("device", "seen"), [("cuda", 0), ("cuda:0", 0), ("cuda:2", 2)])
def test_a_gpu_that_is_not_there_is_told(device: str, seen: int, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cuda=seen)
    with pytest.raises(BaseMissing, match=f"The device {device} is not there; PyTorch sees {seen} CUDA device"):
        choose_placement(device)


def test_an_apple_gpu_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch)
    with pytest.raises(BaseMissing, match="Apple"):
        choose_placement("mps")
