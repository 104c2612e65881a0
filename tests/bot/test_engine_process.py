import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot import engine_process
from bot.engine_process import EngineProcess
from bot.link import EngineLink
from protocol.address import UnixAddress
from protocol.errors import BaseMissing, EngineGone, InvalidRequest
from protocol.events import Completed, Event
from protocol.order import PaintOrder
from protocol.paint import PaintRequest

ROOT = Path(__file__).parents[2]
FAKE = (sys.executable, "-m", "tests.fake_engine")
ORDER = PaintOrder(request=PaintRequest(prompt="astronaut", seed=7))


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Children find the fake, and temporary folders are ours to look into."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def told(monkeypatch: pytest.MonkeyPatch, **how: Any) -> None:
    monkeypatch.setenv("FAKE_ENGINE", json.dumps(how))


def gone(pid: int, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def painted(engine: EngineProcess, on_event: Callable[[], object] = lambda: None) -> list[Event]:
    """What becomes of an order; of a lost connection the engine's own reason."""
    events = []
    async with EngineLink(engine.address, engine.token) as link:
        try:
            async with aclosing(link.paint(ORDER, lambda _: b"")) as happening:
                async for event in happening:
                    events.append(event)
                    on_event()
        except EngineGone as lost:
            raise await engine.reason(lost) from lost
    return events


async def test_inside_it_is_ready_and_afterwards_nothing_is_left(tmp_path: Path) -> None:
    async with EngineProcess(command=FAKE) as engine:
        assert isinstance(engine.address, UnixAddress)
        folder = engine.address.path.parent
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        assert isinstance((await painted(engine))[-1], Completed)
    assert gone(engine.pid, 1)
    assert left_in(tmp_path) == []


async def test_loading_is_told_sentence_by_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, loads_in=0.8)
    sentences: list[str] = []
    async with EngineProcess(on_loading=sentences.append, command=FAKE):
        pass
    assert sentences == ["Loading the base.", "Warming up."]


async def test_settings_reach_it_through_its_environment(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = f"import os, sys; open({str(seen)!r}, 'w').write(os.environ['STYLESEAL_BASE']); sys.exit(3)"
    with pytest.raises(EngineGone):
        async with EngineProcess({"base": "somewhere/else"}, command=(sys.executable, "-c", script)):
            pass
    assert seen.read_text() == "somewhere/else"


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ({"exits": 3}, EngineGone, "did not start. It ended with exit code 3 and said nothing."),
        ({"exits": 1, "says": "Traceback\nKeyError: 'x'"}, EngineGone, "exit code 1: Traceback\nKeyError: 'x'"),
        ({"exits": 1, "says": "noise\nstyleseal: No base."}, EngineGone, "The engine did not start. No base."),
        ({"exits": 2, "says": "styleseal: device is wrong."}, InvalidRequest, "device is wrong."),
        ({"status": "failed", "detail": "There is no base."}, BaseMissing, "There is no base."),
    ],
)
async def test_one_that_does_not_start_says_why_and_leaves_nothing(
    how: dict[str, Any], error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told(monkeypatch, **how)
    with pytest.raises(error) as caught:
        async with EngineProcess(command=FAKE):
            pass
    assert str(caught.value).endswith(said)
    assert left_in(tmp_path) == []


async def test_one_that_dies_midway_is_gone_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, dies_at_step=2, pause=0.05)
    async with EngineProcess(command=FAKE) as engine:
        with pytest.raises(EngineGone, match=r"was whole\. It ended with exit code 9: Killed by the test\."):
            await painted(engine)


async def test_one_that_is_killed_midway_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, pause=0.2)
    async with EngineProcess(command=FAKE) as engine:
        with pytest.raises(EngineGone, match=r"It was ended by signal 9 and said nothing\."):
            await painted(engine, lambda: os.kill(engine.pid, signal.SIGKILL))


async def test_a_connection_lost_while_it_runs_stays_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "_EXIT_SECONDS", 0.05)
    lost = EngineGone("Lost.")
    async with EngineProcess(command=FAKE) as engine:
        assert await engine.reason(lost) is lost


async def test_one_that_is_deaf_is_killed_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, deaf=True)
    monkeypatch.setattr(engine_process, "_STOP_SECONDS", 0.2)
    async with EngineProcess(command=FAKE) as engine:
        pass
    assert gone(engine.pid, 1)


async def test_giving_up_while_it_loads_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told(monkeypatch, loads_in=60.0, pid_file=str(tmp_path / "pid"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(EngineProcess(command=FAKE).__aenter__(), 1.5)
    assert gone(int((tmp_path / "pid").read_text()), 1)
    assert left_in(tmp_path) == ["pid"]


def test_it_ends_with_its_parent_however_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import asyncio, sys\nfrom bot.engine_process import EngineProcess\n"
        "async def main():\n"
        f"    async with EngineProcess(command=({sys.executable!r}, '-m', 'tests.fake_engine')) as engine:\n"
        "        print(engine.pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    environment = dict(os.environ) | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
    assert gone(child)


async def test_a_long_temporary_folder_is_not_used_for_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    async with EngineProcess(command=FAKE) as engine:
        assert str(engine.address).startswith("unix:/tmp/styleseal-")
    assert left_in(long) == []
