"""Preferences, blocks, facts kept by name: each comes back as it was, and goes when it is told to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.preferences import Preferences
from bot.store.blocks import Block, Blocks
from bot.store.database import Database, opened
from bot.store.kept import Kept
from bot.store.preferences import PreferenceStore


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


async def test_a_fact_is_kept_by_its_name_and_written_over(database: Database) -> None:
    kept = Kept(database)
    assert await kept.get("tree") is None
    await kept.set("tree", "one")
    await kept.set("tree", "two")
    await kept.set("other", "three")
    assert (await kept.get("tree"), await kept.get("other")) == ("two", "three")


async def test_preferences_come_back_as_they_were(database: Database) -> None:
    store = PreferenceStore(database)
    assert await store.of(4) == Preferences()
    for wanted in (Preferences(style="sks", weight=0.5, preview=False, private=True), Preferences(style="neon")):
        await store.set(4, wanted)
        assert await store.of(4) == wanted
    assert await store.of(5) == Preferences()
    await store.remove(4)
    assert await store.of(4) == Preferences()


async def test_a_block_holds_until_its_end_in_its_server_alone(database: Database) -> None:
    blocks = Blocks(database)
    short = Block(guild_id=6, user_id=4, by=1, at=10.0, until=20.0, why="spam")
    await blocks.add(short)
    assert await blocks.of(6, 4, 19.9) == short
    assert await blocks.of(6, 4, 20.0) is None
    assert (await blocks.of(7, 4, 15.0), await blocks.of(6, 5, 15.0)) == (None, None)


async def test_a_block_for_good_takes_the_place_of_another_and_can_be_lifted(database: Database) -> None:
    blocks = Blocks(database)
    await blocks.add(Block(guild_id=6, user_id=4, by=1, at=10.0, until=20.0, why="spam"))
    for_good = Block(guild_id=6, user_id=4, by=2, at=11.0)
    await blocks.add(for_good)
    assert await blocks.of(6, 4, 1e12) == for_good
    await blocks.remove(6, 4)
    assert await blocks.of(6, 4, 15.0) is None
