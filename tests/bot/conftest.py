"""A Discord of this machine for each test."""

from collections.abc import AsyncIterator

import pytest

from playground.spec import Spec
from playground.testing import Playground, started


@pytest.fixture(scope="session")
def discord_spec() -> Spec | None:
    """Discord's own document, where there is a copy of it at hand."""
    return Spec.at_hand()


@pytest.fixture
async def playground(discord_spec: Spec | None) -> AsyncIterator[Playground]:
    async with started(spec=discord_spec) as playground:
        yield playground
