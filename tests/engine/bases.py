"""Loads a base for a test, or says why it is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.base import Base
from engine.loading import load_base
from engine.settings import EngineSettings
from protocol.errors import BaseMissing


def load(base: Path | str, say: Callable[[str], None] = lambda _: None, **settings: Any) -> Base:
    return load_base(EngineSettings(base=str(base), **settings), say)


def refusal(base: Path | str, **settings: Any) -> str:
    with pytest.raises(BaseMissing) as caught:
        load(base, **settings)
    return caught.value.sentence


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
