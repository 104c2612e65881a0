import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.engine_elsewhere import EngineElsewhere
from bot.presence import Patience
from bot.settings import BotSettings
from cli.settings import ConfigError, load_settings
from protocol.address import TcpAddress, UnixAddress
from protocol.errors import Unauthorized
from tests.bot.watching import linked, until, watched
from tests.fake_engine import FINGERPRINT, TOKEN, FakeEngine, serving

QUICK = Patience(look=0.02, check=0.5)


@pytest.fixture
def address(tmp_path: Path) -> UnixAddress:
    return UnixAddress(tmp_path / "e.sock")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_one_that_goes_away_and_returns_is_told_of_once_each(
    address: UnixAddress, caplog: pytest.LogCaptureFixture
) -> None:
    engine, elsewhere = FakeEngine(token=TOKEN), EngineElsewhere(address, TOKEN, patience=QUICK)
    async with watched(elsewhere):
        async with serving(engine, address):
            link = await linked(elsewhere)
            assert (await link.health()).status == "ready"
            assert (card := elsewhere.card()) is not None
            assert card.fingerprint == FINGERPRINT
            assert warnings(caplog) == []
        await until(lambda: not elsewhere.state().ready)
        assert "No engine answers at" in elsewhere.state().detail
        waiting = asyncio.create_task(elsewhere.link())
        await asyncio.wait({waiting}, timeout=0.3)
        assert not waiting.done()
        assert elsewhere.card() is card
        engine = replace(engine, fingerprint="f" * 64)
        async with serving(engine, address):
            link = await asyncio.wait_for(waiting, 20)
            assert (await link.health()).status == "ready"
            assert (elsewhere.state().ready, elsewhere.state().restarts) == (True, 1)
            assert (card := elsewhere.card()) is not None
            assert card.fingerprint == "f" * 64
    gone, back = warnings(caplog)
    assert gone.startswith(f"there is no engine to paint with at {address}: No engine answers at")
    assert back == f"the engine at {address} is there"


async def test_one_that_is_not_there_yet_is_waited_for(address: UnixAddress) -> None:
    elsewhere = EngineElsewhere(address, None, patience=QUICK)
    async with watched(elsewhere):
        await until(lambda: "No engine answers at" in elsewhere.state().detail)
        async with serving(FakeEngine(), address):
            await linked(elsewhere)
            assert elsewhere.state().restarts == 0


async def test_one_that_loads_says_how_far_it_is(address: UnixAddress) -> None:
    engine, sentences = FakeEngine(status="loading", detail="Half of it is there."), list[str]()
    elsewhere = EngineElsewhere(address, None, sentences.append, QUICK)
    async with serving(engine, address), watched(elsewhere):
        await until(lambda: elsewhere.state().detail == "Half of it is there.")
        assert not elsewhere.state().ready
        engine.status = "ready"
        await linked(elsewhere)
    assert sentences == ["Half of it is there."]


@pytest.mark.parametrize("token", [None, "another-token"])
async def test_a_wrong_token_is_said_at_once(address: UnixAddress, token: str | None) -> None:
    elsewhere = EngineElsewhere(address, token, patience=QUICK)
    async with serving(FakeEngine(token=TOKEN), address):
        with pytest.raises(Unauthorized, match="set STYLESEAL_ENGINE_TOKEN to the STYLESEAL_TOKEN"):
            await asyncio.wait_for(elsewhere.run(), 20)


async def test_a_token_that_becomes_wrong_ends_nothing(address: UnixAddress, caplog: pytest.LogCaptureFixture) -> None:
    engine, elsewhere = FakeEngine(token=TOKEN), EngineElsewhere(address, TOKEN, patience=QUICK)
    async with serving(engine, address), watched(elsewhere) as task:
        await linked(elsewhere)
        engine.token = "another-token"
        await until(lambda: "STYLESEAL_ENGINE_TOKEN" in elsewhere.state().detail)
        engine.token = TOKEN
        await linked(elsewhere)
        assert not task.done()
    assert len(warnings(caplog)) == 2


async def test_whoever_waits_for_one_whose_token_became_wrong_waits_on(address: UnixAddress) -> None:
    """Before the next look finds it out, too: else all that waits would fail in that moment."""
    engine, elsewhere = FakeEngine(token=TOKEN), EngineElsewhere(address, TOKEN, patience=Patience(look=0.5, check=5.0))
    async with serving(engine, address), watched(elsewhere):
        await linked(elsewhere)
        engine.token = "another-token"
        waiting = asyncio.create_task(elsewhere.link())
        await until(lambda: "STYLESEAL_ENGINE_TOKEN" in elsewhere.state().detail)
        assert not waiting.done()
        engine.token = TOKEN
        await asyncio.wait_for(waiting, 20)


async def test_one_that_returns_with_another_token_is_told_of_though_its_absence_was(
    address: UnixAddress, caplog: pytest.LogCaptureFixture
) -> None:
    engine, elsewhere = FakeEngine(token=TOKEN), EngineElsewhere(address, TOKEN, patience=QUICK)
    async with watched(elsewhere):
        async with serving(engine, address):
            await linked(elsewhere)
        await until(lambda: not elsewhere.state().ready)
        async with serving(replace(engine, token="another"), address):
            await until(lambda: "takes another token" in elsewhere.state().detail)
    gone, refused = warnings(caplog)
    assert "No engine answers at" in gone
    assert "takes another token" in refused


async def test_what_is_no_engine_is_said_and_waited_for(address: UnixAddress, caplog: pytest.LogCaptureFixture) -> None:
    """A gateway in front of one answers so while it starts."""
    app = web.Application()
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    elsewhere = EngineElsewhere(address, None, patience=QUICK)
    async with watched(elsewhere) as task:
        await web.UnixSite(runner, str(address.path)).start()
        await until(lambda: "HTTP status 404" in elsewhere.state().detail)
        await runner.cleanup()
        assert not task.done()
        async with serving(FakeEngine(), address):
            await linked(elsewhere)
    assert len(warnings(caplog)) == 2


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., BotSettings]:
    for name in [name for name in os.environ if name.startswith("STYLESEAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STYLESEAL_DATA", str(tmp_path))

    def read(**variables: Any) -> BotSettings:
        for name, text in variables.items():
            monkeypatch.setenv(f"STYLESEAL_{name.upper()}", text)
        return load_settings(BotSettings)

    return read


def test_without_an_address_the_engine_is_ones_own(settings: Callable[..., BotSettings], tmp_path: Path) -> None:
    assert settings().engine_address is None
    assert settings().engine_log == tmp_path / "logs" / "engine.log"


def test_the_address_and_the_token_of_another_are_settings(settings: Callable[..., BotSettings]) -> None:
    read = settings(engine="tcp:10.0.0.5:8700", engine_token="open-sesame", token="its-own-to-listen")
    assert read.engine_address == TcpAddress("10.0.0.5", 8700)
    assert read.engine_token is not None
    assert read.engine_token.get_secret_value() == "open-sesame"
    assert "open-sesame" not in repr(read)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("engine", "10.0.0.5", "STYLESEAL_ENGINE: an address is unix:PATH or tcp:HOST:PORT, not '10.0.0.5'."),
        (
            "engine_token",
            "two words",
            "STYLESEAL_ENGINE_TOKEN must be the token that the engine there was started with",
        ),
    ],
)
def test_what_is_no_address_and_no_token_is_said(
    name: str, value: str, said: str, settings: Callable[..., BotSettings]
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(**{name: value})
    assert said in str(caught.value)
    assert "two words" not in str(caught.value)
    with pytest.raises(ValidationError):
        BotSettings()
