"""The agenda: what must happen later, once for each kind and key, also where it fails or is put off meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import agenda as module
from bot.agenda import Agenda
from bot.store.agenda import AgendaStore, Item
from bot.store.database import opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[AgendaStore]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield AgendaStore(database)


async def test_the_earliest_is_next_and_a_kind_has_a_key_once(store: AgendaStore) -> None:
    assert await store.next() is None
    for item in (Item("a", "x", 30.0), Item("b", "x", 20.0), Item("a", "y", 10.0), Item("a", "y", 40.0)):
        await store.add(item)
    assert await store.next() == Item("b", "x", 20.0)
    assert await store.get("a", "y") == Item("a", "y", 40.0)
    assert await store.get("b", "y") is None
    assert sorted(await store.keys("a")) == ["x", "y"]


async def test_what_was_put_off_meanwhile_is_not_removed_but_can_be_dropped(store: AgendaStore) -> None:
    await store.add(Item("a", "x", 20.0))
    await store.remove(Item("a", "x", 10.0))
    assert await store.get("a", "x") == Item("a", "x", 20.0)
    await store.remove(Item("a", "x", 20.0))
    assert await store.get("a", "x") is None
    await store.add(Item("a", "x", 20.0))
    await store.add(Item("a", "y", 20.0))
    await store.drop("a", "x")
    assert await store.next() == Item("a", "y", 20.0)


async def test_what_its_handler_puts_off_stays(store: AgendaStore) -> None:
    done = asyncio.Event()

    async def puts_off(key: str) -> None:
        await agenda.at(500.0, "a", key)
        done.set()

    agenda = Agenda(store, {"a": puts_off}, lambda: 100.0)
    await store.add(Item("a", "x", 50.0))
    await _run_until(agenda, done, store, Item("a", "x", 500.0))


async def test_what_fails_is_tried_again_later_and_never_out_of_the_agenda(
    store: AgendaStore, caplog: pytest.LogCaptureFixture
) -> None:
    failed = asyncio.Event()

    async def fails(_: str) -> None:
        failed.set()
        raise ZeroDivisionError

    caplog.set_level(logging.CRITICAL)
    agenda = Agenda(store, {"a": fails}, lambda: 100.0)
    await store.add(Item("a", "x", 50.0))
    await _run_until(agenda, failed, store, Item("a", "x", 100.0 + module._AGAIN_SECONDS))


async def _run_until(agenda: Agenda, happened: asyncio.Event, store: AgendaStore, left: Item) -> None:
    """Until it happened, and what is left on the agenda is that; in between there is always something."""
    task = asyncio.create_task(agenda.run())
    try:
        await happened.wait()
        async with asyncio.timeout(10):
            while (found := await store.next()) != left:
                assert found is not None
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task])
