"""Preview pictures: painted when nobody else needs the engine, once, and kept on the disk."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from adapters.library import Library
from adapters.styles import Catalogue, Style
from bot.desk import Desk
from bot.jobs import State
from bot.link import EngineLink
from bot.presence import Patience, Presence
from bot.store.database import opened
from bot.store.jobs import Jobs
from bot.store.pictures import DiskFailed
from bot.styles import previews
from bot.styles.by_place import Styles
from bot.styles.placeholder import placeholder
from bot.styles.preview_store import PIXELS, PROMPTS, SEED, PreviewStore, key_of
from bot.styles.previews import PRIORITY, Previews
from protocol.address import UnixAddress
from protocol.errors import InvalidRequest, NotFinite
from protocol.events import Completed
from protocol.order import PaintOrder
from protocol.paint import PaintRequest
from tests.adapters.files import write_styles
from tests.bot.kept import job
from tests.fake_engine import FINGERPRINT, FakeEngine, serving


class Here(Presence):
    """An engine that is there, or not."""

    def __init__(self) -> None:
        super().__init__("", None, Patience(look=0.01))

    async def run(self) -> None: ...

    async def came(self, link: EngineLink) -> None:
        await self._came(link)

    def went(self) -> None:
        self._went("It went.")


class World:
    def __init__(self, folder: Path, library: Library, desk: Desk) -> None:
        write_styles(folder / "styles", "sks", "neon")
        self.fixed = Catalogue.of(folder / "styles")
        self.styles = Styles(self.fixed, library)
        self.engine, self.here, self.desk = FakeEngine(), Here(), desk
        self.folder = folder / "previews"
        self.anew()

    def anew(self) -> None:
        """As after a restart of the bot."""
        self.store = PreviewStore(self.folder)
        self.previews = Previews(self.store, self.styles, self.desk, self.here)

    @property
    def sks(self) -> Style:
        return self.fixed.named("sks")

    def prompts(self) -> list[tuple[str, str]]:
        """What the engine was asked for with an adapter it had: prompts, with triggers."""
        return [(order.request.prompt, order.request.adapters[0].trigger) for order in self.engine.orders]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.previews.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def all_there(self, *styles: Style) -> None:
        await until(lambda: all(self.has(style, number) for style in styles for number in range(len(PROMPTS))))

    def has(self, style: Style, number: int) -> bool:
        return self.store.has(key_of(style, FINGERPRINT), number)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "adapters")) as library:
        yield library


@pytest.fixture
async def world(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    for name in ("QUIET_SECONDS", "LOOK_SECONDS", "PAUSE_SECONDS"):
        monkeypatch.setattr(previews, name, 0.02)
    address = UnixAddress(tmp_path / "engine.sock")
    async with opened(tmp_path / "bot.sqlite") as database:
        world = World(tmp_path, library, Desk(Jobs(database), 5, 300))
        async with serving(world.engine, address), EngineLink(address) as link:
            await world.here.came(link)
            yield world


async def painting(world: World) -> Any:
    """A member's job begins to be painted."""
    one = job(State.WAITING)
    await world.desk.jobs.add(one)
    world.desk.add(one)
    taken = await world.desk.next()
    world.desk.begin(taken, asyncio.create_task(asyncio.sleep(60)))
    return taken


async def painted_by(engine: FakeEngine, request: PaintRequest) -> Image.Image:
    events = [event async for event in engine._events(PaintOrder(request=request))]
    assert isinstance(events[-1], Completed)
    return Image.open(io.BytesIO(events[-1].png)).convert("RGB")


# Which are painted, and how


async def test_each_style_is_painted_once_with_its_trigger_and_one_seed_and_after_all_members(world: World) -> None:
    async with world.running():
        await world.all_there(*world.fixed)
        count = len(world.engine.orders)
        await asyncio.sleep(0.1)
        assert len(world.engine.orders) == count
    requests = [order.request for order in world.engine.orders]
    assert {order.priority for order in world.engine.orders} == {PRIORITY}
    assert {(one.seed, one.count) for one in requests} == {(SEED, 1)}
    assert {(one.prompt, one.adapters) for one in requests} == {
        (prompt, style.uses()) for prompt in PROMPTS for style in world.fixed
    }
    # The first of each before the second of any.
    order = list(dict.fromkeys(world.prompts()))
    assert [PROMPTS.index(prompt) for prompt, _ in order] == [0, 0, 1, 1, 2, 2]


async def test_what_is_kept_is_a_small_webp_of_what_the_engine_painted(world: World) -> None:
    async with world.running():
        await world.all_there(world.sks)
        found = await world.previews.read(world.sks, range(len(PROMPTS)))
    assert sorted(found) == [0, 1, 2]
    image = Image.open(io.BytesIO(found[0]))
    assert (image.format, image.size) == ("WEBP", (PIXELS, PIXELS))
    painted = await painted_by(world.engine, PaintRequest(prompt=PROMPTS[0], seed=SEED, adapters=world.sks.uses()))
    apart = ImageChops.difference(image.convert("RGB"), painted.resize(image.size)).convert("L")
    assert apart.getextrema()[1] < 20  # type: ignore[operator, index]


async def test_after_a_restart_they_are_there_also_before_the_engine_and_none_is_painted_again(world: World) -> None:
    async with world.running():
        await world.all_there(*world.fixed)
    world.engine.orders.clear()
    world.here = Here()
    world.anew()
    async with world.running():
        await until(lambda: world.store.has(key_of(world.sks, FINGERPRINT), 0))
        assert sorted(await world.previews.read(world.sks, [0, 2])) == [0, 2]
    assert world.engine.orders == []


async def test_one_that_was_interrupted_goes_on_where_it_was(world: World) -> None:
    async with world.running():
        await until(lambda: world.has(world.sks, 0))
    world.anew()
    world.engine.orders.clear()
    async with world.running():
        await world.all_there(*world.fixed)
    assert (PROMPTS[0], world.sks.trigger) not in world.prompts()


async def test_the_style_that_somebody_looks_at_is_painted_first_and_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "QUIET_SECONDS", 1e9)
    async with world.running():
        await asyncio.sleep(0.1)
        assert world.engine.orders == []
        assert await world.previews.read(world.fixed.named("neon"), range(len(PROMPTS))) == {}
        await world.all_there(world.fixed.named("neon"))
        assert not world.has(world.sks, 0)
    assert {trigger for _, trigger in world.prompts()} == {"in neon style"}


async def test_another_base_has_other_pictures_and_so_has_another_trigger_or_weight(world: World) -> None:
    style, keys = world.sks, set[str]()
    for one in (style, replace(style, trigger="x"), replace(style, weight=0.5), replace(style, sha256="0" * 64)):
        keys |= {key_of(one, FINGERPRINT), key_of(one, "1" * 64)}
    assert len(keys) == 8
    assert key_of(replace(style, name="other", title="x", tags=("y",)), FINGERPRINT) == key_of(style, FINGERPRINT)
    async with world.running():
        await world.all_there(*world.fixed)
        world.engine.fingerprint = "1" * 64
        await world.here.came(await world.here.link())
        await until(lambda: all(world.store.has(key_of(style, "1" * 64), number) for number in range(3)))
        assert not world.has(style, 0), "those of a base that is gone are swept"


# Members first


async def test_nothing_is_begun_while_somebody_waits_or_is_painted_for(world: World) -> None:
    taken = await painting(world)
    async with world.running():
        await asyncio.sleep(0.2)
        assert world.engine.orders == []
        world.desk.leave(taken.id)
        await world.all_there(world.sks)


async def test_what_was_begun_is_left_when_a_member_comes(world: World) -> None:
    world.engine.pause = 0.05
    async with world.running():
        await world.engine.started.wait()
        taken = await painting(world)
        await asyncio.wait_for(world.engine.cancelled.wait(), 5)
        assert not any(world.has(style, number) for style in world.fixed for number in range(3))
        world.engine.pause = 0.0
        world.desk.leave(taken.id)
        await world.all_there(*world.fixed)


async def test_what_somebody_looks_at_is_painted_beside_others_but_not_before_those_who_wait(world: World) -> None:
    taken = await painting(world)
    waits = job(State.WAITING)
    world.desk.add(waits)
    async with world.running():
        await world.previews.read(world.sks, [0])
        await asyncio.sleep(0.2)
        assert world.engine.orders == []
        await world.desk.jobs.add(waits)
        assert await world.desk.cancel(waits.id)
        await until(lambda: world.has(world.sks, 0))
        assert {order.request.prompt for order in world.engine.orders} == {PROMPTS[0]}
    world.desk.leave(taken.id)


# When things go wrong


async def test_a_broken_file_keeps_no_other_style_from_its_previews(world: World) -> None:
    world.sks.path.write_bytes(b"something else")
    async with world.running():
        await world.all_there(world.fixed.named("neon"))
        await asyncio.sleep(0.2)
        count = len(world.engine.orders)
        await asyncio.sleep(0.1)
        assert len(world.engine.orders) == count, "it is not tried again and again"
        assert await world.previews.read(world.sks, [0]) == {}


async def test_what_the_engine_refuses_is_left_for_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.engine.fails = NotFinite("There is no picture.")
    async with world.running():
        await until(lambda: len(set(world.prompts())) == 2 * len(PROMPTS))
        await asyncio.sleep(0.1)
        count = len(world.engine.orders)
        await asyncio.sleep(0.1)
        assert len(world.engine.orders) == count
        world.engine.fails = None
        monkeypatch.setattr(
            previews.time, "monotonic", lambda now=previews.time.monotonic: now() + previews.AGAIN_SECONDS
        )
        await world.all_there(*world.fixed)


async def test_what_the_engines_screen_holds_back_is_never_shown(world: World) -> None:
    world.engine.flags_for = PROMPTS[1]
    async with world.running():
        await until(lambda: all(world.has(style, 0) for style in world.fixed))
        await until(lambda: all(world.has(style, 2) for style in world.fixed))
        await asyncio.sleep(0.1)
        assert set(await world.previews.read(world.sks, [0, 1, 2])) == {0, 2}
        assert world.prompts().count((PROMPTS[1], world.sks.trigger)) <= 2, "it is not tried again and again"


async def test_a_style_with_which_the_engine_dies_twice_is_left_alone(world: World) -> None:
    world.engine.drops_after = 1
    async with world.running():
        await until(lambda: len({trigger for _, trigger in world.prompts()}) == 2)
        await asyncio.sleep(0.3)
        died = [pair for pair in world.prompts() if pair[1] == world.sks.trigger]
        # Each is asked for once more where the engine does not have its file.
        assert 2 <= len(died) <= 4


async def test_without_an_engine_it_waits_and_goes_on_when_there_is_one(world: World) -> None:
    link = await world.here.link()
    world.here.went()
    async with world.running():
        assert await world.previews.read(world.sks, [0]) == {}
        await asyncio.sleep(0.1)
        assert world.engine.orders == []
        await world.here.came(link)
        await until(lambda: world.has(world.sks, 0))


async def test_a_full_disk_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write, full = world.store._write, True

    def written(path: Path, data: bytes) -> None:
        if full:
            raise DiskFailed("The disk is full.")
        write(path, data)

    monkeypatch.setattr(world.store, "_write", written)
    async with world.running():
        await asyncio.sleep(0.1)
        full = False
        await world.all_there(*world.fixed)


# The files


async def test_those_of_styles_that_are_gone_are_swept_and_what_is_no_preview_stays(world: World) -> None:
    async with world.running():
        await world.all_there(*world.fixed)
    (world.folder / "0-0.part").write_bytes(b"half")
    (world.folder / "note.txt").write_bytes(b"mine")
    assert world.store.sweep({key_of(world.sks, FINGERPRINT)}) == len(PROMPTS)
    kept = sorted(path.name for path in world.folder.iterdir())
    own = [f"{key_of(world.sks, FINGERPRINT)}-{number}.webp" for number in range(3)]
    assert kept == sorted([*own, "base", "note.txt"])
    assert not world.has(world.fixed.named("neon"), 0)


def test_there_are_no_more_of_them_than_there_is_room_for(tmp_path: Path) -> None:
    png = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(png, "PNG")
    PreviewStore(tmp_path / "one").keep("a" * 32, 0, png.getvalue())
    [one] = (tmp_path / "one").glob("*.webp")
    most = round(2.1 * one.stat().st_size)
    store = PreviewStore(tmp_path / "some", most)
    for number, letter in enumerate("abc"):
        assert store.full is (number == 2)
        store.keep(letter * 32, 0, png.getvalue())
        os.utime(tmp_path / "some" / f"{letter * 32}-0.webp", (number, number))
    again = PreviewStore(tmp_path / "some", most)
    again.load()
    assert [again.has(letter * 32, 0) for letter in "abc"] == [False, True, True], "the oldest went"
    assert again.full
    again.keep("a" * 32, 0, png.getvalue())
    assert [again.has(letter * 32, 0) for letter in "abc"] == [True, False, True]
    again.sweep(())
    assert not again.full


def test_what_is_no_picture_or_was_tidied_away_is_not_there(tmp_path: Path) -> None:
    store = PreviewStore(tmp_path / "new")
    store.load()
    with pytest.raises(InvalidRequest):
        store.keep("a" * 32, 0, b"no picture")
    assert store.read("a" * 32, 0) is None
    png = io.BytesIO()
    Image.new("RGB", (40, 20)).save(png, "PNG")
    store.keep("a" * 32, 0, png.getvalue())
    assert Image.open(io.BytesIO(store.read("a" * 32, 0) or b"")).size == (PIXELS, PIXELS // 2)
    next((tmp_path / "new").glob("*.webp")).unlink()
    assert store.read("a" * 32, 0) is None
    assert not store.has("a" * 32, 0)


def test_a_disk_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiskFailed, match="could not be kept"):
        PreviewStore(tmp_path / "file").remember("1")


# What stands for those that are missing


@pytest.mark.parametrize(
    "name", ["sks", "a name of forty letters, which is as muc", "стиль", "🎨", "水墨", "\u202e", "W" * 40]
)
def test_something_is_drawn_for_any_name(name: str) -> None:
    image = Image.open(io.BytesIO(placeholder(name))).convert("L")
    assert image.size == (256, 256)
    assert image.getextrema()[1] > 240, "there are white letters on it"  # type: ignore[operator, index]
    left, right = image.crop((0, 0, 8, 256)), image.crop((248, 0, 256, 256))
    assert max(left.getextrema()[1], right.getextrema()[1]) < 200, "and none is cut off"  # type: ignore[operator, index]
    assert placeholder(name) == placeholder(name)
