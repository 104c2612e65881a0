"""An adapter is let in when it changes the picture, and does not break it."""

import hashlib
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adding.admission import PRIORITY, relative_difference, tried
from bot.link import EngineLink
from protocol.address import UnixAddress
from protocol.errors import AdapterRefused, BadAnswer, EngineGone, NotFinite
from protocol.events import Completed, Event
from protocol.paint import AdapterUse
from tests.fake_engine import FakeEngine, serving

FILE = b"a lora file"
ONES, NAN = struct.pack("<2f", 1, 1), struct.pack("<2f", 1, float("nan"))


@pytest.fixture
def use() -> AdapterUse:

    return AdapterUse(hashlib.sha256(FILE).hexdigest(), 0.8, "in sks style")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def link(engine: FakeEngine, tmp_path: Path) -> AsyncIterator[EngineLink]:
    address = UnixAddress(tmp_path / "engine.sock")
    async with serving(engine, address), EngineLink(address) as link:
        yield link


async def test_both_pictures_have_the_same_seed_and_words_and_only_the_first_the_adapter(
    engine: FakeEngine, link: EngineLink, use: AdapterUse
) -> None:
    heard: list[Event] = []
    trial = await tried(link, use, lambda _: FILE, heard.append)
    first, second = (order.request for order in engine.orders[-2:])
    assert (first.adapters, second.adapters) == ((use,), ())
    assert first.seed == second.seed
    assert second.prompt == "a portrait of an astronaut, in sks style"
    assert {order.priority for order in engine.orders} == {PRIORITY}
    assert trial.difference == pytest.approx(0.5)
    assert [event.png for event in heard if isinstance(event, Completed)] == [trial.painted, trial.plain]


@pytest.mark.parametrize("moves", [0.0, 0.009])
async def test_one_that_changes_nothing_is_refused(
    engine: FakeEngine, link: EngineLink, use: AdapterUse, moves: float
) -> None:
    engine.moves = moves
    with pytest.raises(AdapterRefused, match=r"changes the picture by 0\.\d+% only.*weight of 0\.8"):
        await tried(link, use, lambda _: FILE)


async def test_one_that_breaks_the_picture_is_refused_with_what_happened(
    engine: FakeEngine, link: EngineLink, use: AdapterUse
) -> None:
    engine.fails = NotFinite("The numbers ran away.")
    with pytest.raises(AdapterRefused, match=r"no picture comes out on this base\. The numbers ran away"):
        await tried(link, use, lambda _: FILE)


async def test_an_engine_that_goes_is_not_the_adapters_fault(
    engine: FakeEngine, link: EngineLink, use: AdapterUse
) -> None:
    engine.drops_after = 1
    with pytest.raises(EngineGone):
        await tried(link, use, lambda _: FILE)


def test_the_difference_is_relative_to_the_picture_without() -> None:
    assert relative_difference(struct.pack("<2f", 3, 8), struct.pack("<2f", 3, 4)) == pytest.approx(4 / 5)


@pytest.mark.parametrize(
    ("one", "other"), [(b"", b""), (bytes(8), bytes(4)), (bytes(8), bytes(8)), (NAN, ONES), (ONES, NAN)]
)
def test_latents_that_cannot_be_compared_are_the_engines_fault(one: bytes, other: bytes) -> None:
    with pytest.raises(BadAnswer):
        relative_difference(one, other)
