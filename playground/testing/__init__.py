"""A pytest plugin: a whole playground for a test, people to act in it, and the bot under test as its own process.

    pytest_plugins = ["playground.testing"]

    async def test_it_answers(playground: Playground) -> None:
        async with playground.bot([sys.executable, "my_bot.py"]):
            member = playground.as_(playground.demo.member)
            used = await member.run(playground.demo.general, "ping")
            assert (await used.message())["content"] == "pong"

Everything goes over the control surface (docs/playground.md), as the page's clicks do.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.spec import Spec
from playground.testing.bot import Bot, BotFailed
from playground.testing.client import Refusal
from playground.testing.person import Person
from playground.testing.playground import Playground, started
from playground.testing.used import NotAnswered, Used

__all__ = ["Bot", "BotFailed", "NotAnswered", "Person", "Playground", "Refusal", "Used", "started"]


@pytest.fixture(scope="session")
def discord_spec() -> Spec | None:
    """Discord's own document, where there is a copy of it at hand."""
    return Spec.at_hand()


@pytest_asyncio.fixture
async def playground(discord_spec: Spec | None) -> AsyncIterator[Playground]:
    """One of the test's own, on a free port of this machine."""
    async with started(spec=discord_spec) as running:
        yield running
