"""What the playground's tests drive: a bot of discord.py in a process of its own, and one that is bare HTTP."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from playground.spec import Spec
from playground.testing import Playground, started
from tests.playground.api import Api
from tests.playground.bots.raw_bot import RawBot

PYTHON_BOT = [sys.executable, "-m", "tests.playground.bots.python_bot"]
WHERE = {"PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="session")
def spec() -> Spec | None:
    """Discord's own document, where there is a copy of it at hand: requests of both bots are judged by it."""
    return Spec.at_hand()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inhabited(spec: Spec | None) -> AsyncIterator[Playground]:
    """With the bot of discord.py; one for all tests of a module, which run in that loop."""
    async with started(spec=spec) as playground, playground.bot(PYTHON_BOT, WHERE):
        yield playground


@pytest_asyncio.fixture
async def empty(spec: Spec | None) -> AsyncIterator[Playground]:
    async with started(spec=spec) as playground:
        yield playground


@pytest_asyncio.fixture
async def raw_bot(empty: Playground) -> AsyncIterator[RawBot]:
    """In `empty`."""
    async with RawBot(empty) as bot:
        yield bot


@pytest_asyncio.fixture
async def api(empty: Playground) -> AsyncIterator[Api]:
    """Bare requests to `empty`."""
    async with Api(empty) as made:
        yield made
