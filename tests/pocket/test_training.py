"""Training goes on after a kill from where it was saved, and a checkpoint is never half-written."""

from pathlib import Path

import pytest
import torch
from torch import nn

from pocket import checkpoint
from pocket.training import Run


def run_in(folder: Path) -> tuple[Run, nn.Linear]:
    torch.manual_seed(0)
    module = nn.Linear(3, 3)
    return Run("test", folder / "test.pt", module, 0.1, 0.9, list(module.parameters())), module


def advance(run: Run, module: nn.Linear, until: int) -> None:
    for step in run.steps(until):
        torch.manual_seed(step)
        run.advance(module(torch.randn(4, 3)).square().mean(), 0.1)
    run.save()


def test_training_in_two_parts_is_training_in_one(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    whole, in_one = run_in(tmp_path)
    advance(whole, in_one, 6)
    advance(*run_in(tmp_path / "parts"), 3)
    again, in_two = run_in(tmp_path / "parts")
    assert again.first == 3
    advance(again, in_two, 6)
    assert torch.equal(in_one.weight, in_two.weight)
    one, two = (checkpoint.load(folder / "test.pt") for folder in (tmp_path, tmp_path / "parts"))
    assert one is not None
    assert two is not None
    assert torch.equal(one["ema"]["weight"], two["ema"]["weight"])


def test_the_average_is_another_than_the_weights_and_leaves_them_as_they_were(tmp_path: Path) -> None:
    run, module = run_in(tmp_path)
    advance(run, module, 5)
    before = module.weight.clone()
    with run.averaged():
        averaged = module.weight.clone()
    assert torch.equal(module.weight, before)
    assert not torch.equal(averaged, before)
    state = checkpoint.load(tmp_path / "test.pt")
    assert state is not None
    assert torch.equal(state["model"]["weight"], before)
    assert torch.equal(state["ema"]["weight"], averaged)


def test_a_checkpoint_that_fails_to_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.pt"
    checkpoint.save(path, {"step": 1})

    def full(state: object, draft: Path) -> None:
        draft.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="no space"):
        checkpoint.save(path, {"step": 2})
    assert checkpoint.load(path) == {"step": 1}


def test_where_nothing_was_saved_there_is_no_state(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path / "nothing.pt") is None
