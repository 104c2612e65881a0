"""A machine for the command: a data folder and a working folder of its own, styles, and a fake engine to talk to."""

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import engine_process
from cli import catalogue, gallery, styles
from cli import main as cli
from protocol.address import UnixAddress
from tests.adapters.files import write_styles
from tests.fake_engine import FakeEngine, serving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; the embedded styles are sks and neon, and an engine to start is the fake one."""
    for name in ("STYLESEAL_DEBUG", "STYLESEAL_TOKEN", "STYLESEAL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    embedded, work = tmp_path / "embedded", tmp_path / "work"
    work.mkdir()
    write_styles(embedded, "sks", "neon")
    for module in (catalogue, gallery, styles):
        monkeypatch.setattr(module, "ADAPTERS", embedded)
    monkeypatch.setenv("STYLESEAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("STYLESEAL_LISTEN", f"unix:{tmp_path / 'engine.sock'}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(engine_process, "COMMAND", (sys.executable, "-m", "tests.fake_engine"))
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def engine(machine: Path) -> Iterator[FakeEngine]:
    """One that runs at the usual address, in a thread of this process to look into."""
    fake, ready = FakeEngine(), threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with serving(fake, UnixAddress(machine.parent / "engine.sock")):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    yield fake
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.fixture
def fake_child(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Tells the engine that a command starts for itself how to behave."""

    def tell(**how: Any) -> None:
        monkeypatch.setenv("FAKE_ENGINE", json.dumps(how))

    return tell


def ended_with(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code
