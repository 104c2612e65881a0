"""Adapters laid over a base and taken off again, also where that goes wrong."""

from pathlib import Path
from typing import NoReturn

import pytest

from engine.adapter import read_adapter
from engine.base import Base
from engine.worn import WornAdapters
from tests.engine import lora


def laid(base: Base) -> list[str]:
    return [name for _, module in base.targets() for name in module.state_dict() if ".lora_" in name]


def test_an_adapter_that_cannot_be_laid_over_whole_leaves_nothing(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> NoReturn:
        raise MemoryError

    sha256 = lora.write(tmp_path, lora.weights(base, seed=31))
    adapter = read_adapter(tmp_path / f"{sha256}.safetensors", sha256, base)
    worn = WornAdapters(base)
    before = laid(base)
    with monkeypatch.context() as broken:
        broken.setattr("engine.worn.set_peft_model_state_dict", no_room)
        with pytest.raises(MemoryError):
            worn.wear([(adapter, 1.0)])
    assert laid(base) == before
    worn.wear([(adapter, 1.0)])
    assert len(laid(base)) > len(before)
    worn.resident = 0
    worn.wear([])
    assert laid(base) == before
