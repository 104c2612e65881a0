"""A tiny base that is loaded once, and what is needed to paint with it."""

from pathlib import Path

import pytest
import torch

from engine.base import Base
from engine.loading import load_base
from engine.settings import EngineSettings
from tests.engine import tiny

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bases") / "tiny-sd"
    torch.manual_seed(0)
    tiny.sd_pipeline().save_pretrained(folder)
    return folder


def load(folder: Path) -> Base:
    return load_base(EngineSettings(base=str(folder), data=folder.parent / "data"), lambda _: None)


@pytest.fixture(scope="session")
def base(base_folder: Path) -> Base:
    return load(base_folder)
