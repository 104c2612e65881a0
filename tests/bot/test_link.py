import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from aiohttp import web

from bot import link as link_module
from bot.link import EngineLink
from protocol.address import TcpAddress, UnixAddress
from protocol.errors import (
    AdapterRefused,
    BadAnswer,
    BaseMissing,
    EngineGone,
    InvalidRequest,
    NotFinite,
    Unauthorized,
    UnknownAdapter,
)
from protocol.events import Completed, Event, Progress, Queued
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest
from tests.fake_engine import DEFAULTS, FINGERPRINT, FakeEngine, serving

FILE = b"bytes of a lora file"
SHA = hashlib.sha256(FILE).hexdigest()
LOOPBACK = TcpAddress("127.0.0.1", 0)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def link(engine: FakeEngine, tmp_path: Path) -> AsyncIterator[EngineLink]:
    async with serving(engine, UnixAddress(tmp_path / "e.sock")) as address, EngineLink(address) as link:
        yield link


def order(*adapters: str, count: int = 1, **fields: int) -> PaintOrder:
    uses = tuple(AdapterUse(sha256) for sha256 in adapters)
    return PaintOrder(request=PaintRequest(prompt="astronaut", adapters=uses, seed=7, count=count, **fields))


def no_files(sha256: str) -> bytes:
    raise AssertionError(f"{sha256} was asked for")


async def painted(link: EngineLink, what: PaintOrder) -> list[Event]:
    return [event async for event in link.paint(what, no_files)]


async def test_every_event_arrives_in_its_order(link: EngineLink) -> None:
    events = await painted(link, order(count=2, steps=2))
    assert [type(event) for event in events] == [Queued, *[Progress, Progress, Completed] * 2]
    assert [event.seed for event in events if isinstance(event, Completed)] == [7, 8]


async def test_an_order_is_always_streamed(link: EngineLink, engine: FakeEngine) -> None:
    await painted(link, order())
    assert [sent.stream for sent in engine.orders] == [True]


async def test_a_picture_larger_than_any_line_limit_arrives(link: EngineLink, engine: FakeEngine) -> None:
    engine.noise = True
    *_, last = await painted(link, order(width=1536, height=1536))
    assert isinstance(last, Completed)
    assert len(last.png) > 6_000_000


async def test_an_adapter_the_engine_does_not_have_is_sent_and_the_order_asked_again(
    link: EngineLink, engine: FakeEngine
) -> None:
    other = b"another lora"
    sha256 = hashlib.sha256(other).hexdigest()
    files = {SHA: FILE, sha256: other}
    *_, last = [event async for event in link.paint(order(SHA, sha256), files.__getitem__)]
    assert isinstance(last, Completed)
    assert engine.adapters == files
    assert await link.adapters() == {SHA, sha256}
    assert len(engine.orders) == 3


async def test_an_adapter_is_sent_at_most_once(link: EngineLink, engine: FakeEngine) -> None:
    engine.forgetful = True
    with pytest.raises(UnknownAdapter):
        async for _ in link.paint(order(SHA), lambda sha256: FILE):
            pass
    assert len(engine.orders) == 2


async def test_an_adapter_that_the_order_does_not_name_is_never_sent(link: EngineLink, engine: FakeEngine) -> None:
    engine.adapters[SHA] = FILE
    engine.fails = UnknownAdapter("f" * 64)
    with pytest.raises(UnknownAdapter):
        await painted(link, order(SHA))
    assert len(engine.orders) == 1


async def test_a_refused_adapter_says_why(link: EngineLink) -> None:
    with pytest.raises(AdapterRefused, match="it is no LoRA"):
        await link.put_adapter(hashlib.sha256(b"zip").hexdigest(), b"zip")
    report = await link.put_adapter(SHA, FILE)
    assert (report.sha256, report.modules, report.targets) == (SHA, 1, ("unet",))


async def test_a_missing_file_ends_the_order_with_its_own_error(link: EngineLink) -> None:
    def missing(sha256: str) -> bytes:
        raise AdapterRefused("The adapter is missing.")

    with pytest.raises(AdapterRefused, match="is missing"):
        async for _ in link.paint(order(SHA), missing):
            pass


async def test_a_failure_is_raised_as_what_it_was(link: EngineLink, engine: FakeEngine) -> None:
    engine.fails = NotFinite("The numbers ran away.")
    with pytest.raises(NotFinite, match="ran away"):
        await painted(link, order())


@pytest.mark.parametrize("step", [1, 3])
async def test_a_connection_lost_midway_is_an_engine_gone(link: EngineLink, engine: FakeEngine, step: int) -> None:
    engine.drops_after, engine.pause = step, 0.01
    with pytest.raises(EngineGone, match="stopped"):
        await painted(link, order())


async def test_a_stream_that_ends_too_early_is_an_engine_gone(tmp_path: Path) -> None:
    async def short(_: web.Request) -> web.Response:
        return web.Response(body=b": nothing\n\n", content_type="text/event-stream")

    async with answering(short, tmp_path) as link:
        with pytest.raises(EngineGone, match="before the picture was done"):
            await painted(link, order())


async def test_an_engine_that_hangs_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    monkeypatch.setattr(link_module, "SILENCE_SECONDS", 0.1)
    async with answering(hangs, tmp_path) as link:
        with pytest.raises(EngineGone, match="for too long"):
            await link.health()


@pytest.mark.parametrize(("status", "body"), [(500, "<html>"), (404, "{}"), (502, ""), (400, "[" * 99_999)])
async def test_what_is_no_engine_is_a_bad_answer(tmp_path: Path, status: int, body: str) -> None:
    async def strange(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    async with answering(strange, tmp_path) as link:
        with pytest.raises(BadAnswer):
            await painted(link, order())
        with pytest.raises(BadAnswer):
            await link.health()


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"data": 5}', '{"data": [{}]}', '{"data": [5]}'])
async def test_an_answer_of_the_wrong_shape_is_a_bad_answer(tmp_path: Path, body: str) -> None:
    async def strange(_: web.Request) -> web.Response:
        return web.Response(text=body)

    async with answering(strange, tmp_path) as link:
        for ask in (link.models(), link.health(), link.put_adapter(SHA, FILE), painted(link, order())):
            with pytest.raises(BadAnswer):
                await ask


async def test_taking_the_consumer_away_closes_the_connection(link: EngineLink, engine: FakeEngine) -> None:
    engine.pause = 0.05
    task = asyncio.create_task(painted(link, order(steps=100)))
    await engine.started.wait()
    task.cancel()
    await asyncio.wait_for(engine.cancelled.wait(), 5)


async def test_closing_the_iterator_closes_the_connection(link: EngineLink, engine: FakeEngine) -> None:
    engine.pause = 0.05
    async with aclosing(link.paint(order(steps=100), no_files)) as events:
        await anext(events)
    await asyncio.wait_for(engine.cancelled.wait(), 5)


async def test_leaving_the_link_closes_the_connection(engine: FakeEngine, tmp_path: Path) -> None:
    engine.pause = 0.05
    async with serving(engine, UnixAddress(tmp_path / "e.sock")) as address:
        async with EngineLink(address) as link:
            events = link.paint(order(steps=100), no_files)
            await anext(events)
        await asyncio.wait_for(engine.cancelled.wait(), 5)
        with pytest.raises(EngineGone):
            await anext(events)


async def test_nobody_at_the_address_is_an_engine_gone(tmp_path: Path) -> None:
    address = UnixAddress(tmp_path / "nobody.sock")
    async with EngineLink(address) as link:
        with pytest.raises(EngineGone, match=r"No engine answers at unix:.*nobody.sock"):
            await link.health()


async def test_over_tcp_the_token_opens(engine: FakeEngine) -> None:
    engine.token = "open sesame"
    async with serving(engine, LOOPBACK) as address:
        async with EngineLink(address, "open sesame") as link:
            assert (await link.health()).status == "ready"
        async with EngineLink(address) as link:
            with pytest.raises(Unauthorized):
                await painted(link, order())
            with pytest.raises(Unauthorized):
                await link.health()


async def test_the_base_is_told_with_its_defaults(link: EngineLink) -> None:
    (base,) = await link.models()
    assert (base.name, base.fingerprint, base.defaults) == ("pocket", FINGERPRINT, DEFAULTS)
    assert (base.samplers, base.max_pixels, base.dtype) == (("euler", "euler_a"), 2**20, "fp32")


async def test_an_engine_that_loads_says_how_far_it_is(link: EngineLink, engine: FakeEngine) -> None:
    engine.status, engine.detail = "loading", "Half of it is there."
    assert (await link.health()).detail == "Half of it is there."
    with pytest.raises(BaseMissing, match="Half of it"):
        await painted(link, order())


async def test_what_the_engine_refuses_is_raised_with_its_key(tmp_path: Path) -> None:
    async def refuses(_: web.Request) -> web.Response:
        return web.json_response(InvalidRequest("steps must be less.", param="steps").to_json(), status=400)

    async with answering(refuses, tmp_path) as link:
        with pytest.raises(InvalidRequest) as caught:
            await painted(link, order())
    assert caught.value.param == "steps"


class answering:  # noqa: N801 - used as a context manager
    """A link to a server that answers everything the same way."""

    def __init__(self, handler: object, folder: Path) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)  # type: ignore[arg-type]
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        self._path = folder / "a.sock"

    async def __aenter__(self) -> EngineLink:
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self._path)).start()
        self._link = await EngineLink(UnixAddress(self._path)).__aenter__()
        return self._link

    async def __aexit__(self, *_: object) -> None:
        await self._link.__aexit__(None, None, None)
        await self._runner.cleanup()
