"""A data folder, a Discord of this machine, and no settings of one's own."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import discord.http
import pytest

from playground.testing import Playground, started


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts discord.py's own address back afterwards."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    for name in list(os.environ):
        if name.startswith("STYLESEAL_"):
            monkeypatch.delenv(name)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"
