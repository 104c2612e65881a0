"""Real processes that take the engine's place, and what becomes of them."""

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot import engine_process
from bot.link import EngineLink
from bot.presence import Patience, Presence
from bot.supervisor import FIRST_STARTS, Supervisor
from protocol.address import UnixAddress
from protocol.errors import BaseMissing, EngineGone, InvalidRequest, StyleSealError
from tests.bot.watching import linked, until, watched
from tests.fake_engine import FINGERPRINT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals")
ROOT = Path(__file__).parents[2]
QUICK = Patience(look=0.02, check=0.2, hung=0.6, healthy=60.0, backoff=(0.01, 0.02, 0.03))
FAKE = "import runpy; runpy.run_module('tests.fake_engine', run_name='__main__')"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Children find the fake, and temporary folders are ours to look into."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(engine_process, "COMMAND", (sys.executable, "-m", "tests.fake_engine"))
    monkeypatch.setattr(engine_process, "_STOP_SECONDS", 0.5)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "data" / "logs" / "engine.log"


@pytest.fixture
def pid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], int]:
    """Of the engine that was started last."""
    told(monkeypatch, tmp_path)
    return lambda: int((tmp_path / "pid").read_text())


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, **how: Any) -> None:
    monkeypatch.setenv("FAKE_ENGINE", json.dumps(how | {"pid_file": str(folder / "pid")}))


def runs_first(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The engine does this before it is what it usually is."""
    monkeypatch.setattr(engine_process, "COMMAND", (sys.executable, "-c", f"{script}\n{FAKE}"))


async def raised(presence: Presence) -> BaseException:
    async with watched(presence) as task:
        await asyncio.wait({task}, timeout=20)
        assert task.done()
        error = task.exception()
        assert error is not None
        return error


def said(kept: Path) -> list[str]:
    """The lines of the log without their times."""
    return [line.partition(" ")[2] for line in kept.read_text().splitlines()]


def starts(kept: Path) -> int:
    return sum(line.startswith("--- engine started") for line in said(kept))


def autogroup(pid: int) -> str | None:
    path = Path(f"/proc/{pid}/autogroup")
    return path.read_text().strip() if path.exists() else None


def waits(caplog: pytest.LogCaptureFixture) -> list[str]:
    """For how long it was said to wait before each start."""
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    return [line.partition(" again in ")[2].partition(";")[0] for line in said if " again in " in line]


async def test_one_that_is_killed_is_started_again_and_its_successor_is_given_out(
    kept: Path, pid: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        first, before = await linked(supervisor), pid()
        os.kill(before, signal.SIGKILL)
        second = await linked(supervisor)
        assert second is not first
        assert pid() != before
        assert (await second.health()).status == "ready"
    (warning,) = [record.getMessage() for record in caplog.records]
    assert warning == (
        "The engine is gone. It was ended by signal 9 (SIGKILL). "
        f"Starting the engine again in 0.01 s; what it said is in {kept}"
    )
    assert not psutil.pid_exists(pid())


async def test_one_that_dies_again_and_again_is_waited_for_longer_each_time(
    kept: Path, pid: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        for _ in range(4):
            await linked(supervisor)
            os.kill(pid(), signal.SIGKILL)
        await linked(supervisor)
    assert waits(caplog) == ["0.01 s", "0.02 s", "0.03 s", "0.03 s"]


async def test_one_that_was_there_for_a_while_is_started_again_as_at_first(
    kept: Path, pid: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = Supervisor(kept, patience=Patience(look=0.02, healthy=0.0, backoff=(0.01, 60.0)))
    async with watched(supervisor):
        for _ in range(2):
            await linked(supervisor)
            os.kill(pid(), signal.SIGKILL)
        await linked(supervisor)
    assert waits(caplog) == ["0.01 s", "0.01 s"]


async def test_one_that_hangs_is_replaced(kept: Path, pid: Callable[[], int], caplog: pytest.LogCaptureFixture) -> None:
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        await linked(supervisor)
        os.kill(before := pid(), signal.SIGSTOP)
        await until(lambda: not supervisor.state().ready)
        assert supervisor.state().detail == "The engine does not answer."
        await linked(supervisor)
        assert pid() != before
        assert not psutil.pid_exists(before)
        assert supervisor.state().restarts == 1
    assert "The engine hangs: it has not answered for" in caplog.text


async def test_one_that_is_slow_to_answer_is_left_alone(kept: Path, pid: Callable[[], int]) -> None:
    supervisor = Supervisor(kept, patience=Patience(look=0.02, check=0.1, hung=60.0))
    async with watched(supervisor):
        first = await linked(supervisor)
        os.kill(pid(), signal.SIGSTOP)
        await until(lambda: not supervisor.state().ready)
        os.kill(pid(), signal.SIGCONT)
        assert await linked(supervisor) is first
        assert supervisor.state().ready
        assert supervisor.state().restarts == 0


async def test_one_that_hangs_is_given_to_nobody(kept: Path, pid: Callable[[], int]) -> None:
    supervisor = Supervisor(kept, patience=Patience(check=0.1, hung=60.0))
    async with watched(supervisor):
        await linked(supervisor)
        os.kill(pid(), signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(supervisor.link(), 0.3)


async def test_one_that_hangs_while_it_loads_is_ended(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, tmp_path, loads_in=60.0)
    monkeypatch.setattr(engine_process, "_SILENT_SECONDS", 0.5)
    monkeypatch.setattr(engine_process, "_CHECK_SECONDS", 0.1)
    runs_first(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)")
    error = await raised(Supervisor(kept, patience=QUICK))
    assert str(error) == "The engine has said nothing for 0.5 s of its start."


async def test_what_it_says_is_kept_with_its_starts_and_ends(
    kept: Path, tmp_path: Path, pid: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, tmp_path, says="INFO engine: Loading the base.")
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        await linked(supervisor)
        os.kill(first := pid(), signal.SIGKILL)
        await linked(supervisor)
        second = pid()
    *lines, last = said(kept)
    assert lines == [
        f"--- engine started, pid {first}",
        "INFO engine: Loading the base.",
        f"--- engine ready, pid {first}",
        f"--- engine ended, pid {first}. It was ended by signal 9 (SIGKILL).",
        f"--- engine started, pid {second}",
        "INFO engine: Loading the base.",
        f"--- engine ready, pid {second}",
    ]
    assert last.startswith(f"--- engine ended, pid {second}. ")


async def test_a_first_start_that_crashes_is_tried_again(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crash = f"import os, pathlib; path = pathlib.Path({str(tmp_path / 'crashed')!r})\n"
    runs_first(monkeypatch, crash + "if not path.exists(): path.touch(); os.kill(os.getpid(), 9)")
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        await linked(supervisor)
        assert supervisor.state().restarts == 0
    assert waits(caplog) == ["0.01 s"]


async def test_a_first_start_that_always_crashes_says_so_in_the_end(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, tmp_path, exits=3)
    error = await raised(Supervisor(kept, patience=QUICK))
    assert isinstance(error, EngineGone)
    assert str(error) == "The engine did not start. It ended with exit code 3 and said nothing."
    assert starts(kept) == FIRST_STARTS


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ({"exits": 1, "says": "styleseal: No base."}, EngineGone, "The engine did not start. No base."),
        ({"exits": 2, "says": "styleseal: device is wrong."}, InvalidRequest, "device is wrong."),
        ({"status": "failed", "detail": "There is no base."}, BaseMissing, "There is no base."),
    ],
)
async def test_a_first_start_that_says_what_is_wrong_is_not_tried_again(
    how: dict[str, Any], error: type[StyleSealError], said: str, kept: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    told(monkeypatch, tmp_path, **how)
    wrong = await raised(Supervisor(kept, patience=QUICK))
    assert isinstance(wrong, error)
    assert str(wrong) == said
    assert starts(kept) == 1


async def test_a_machine_that_can_start_no_process_is_told_as_a_sentence(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "COMMAND", (str(kept / "nothing"),))
    error = await raised(Supervisor(kept, patience=QUICK))
    assert isinstance(error, EngineGone)
    assert str(error) == "The engine could not be started: No such file or directory."


async def test_after_the_first_start_nothing_that_keeps_it_from_starting_ends_the_bot(
    kept: Path, tmp_path: Path, pid: Callable[[], int], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor) as task:
        await linked(supervisor)
        told(monkeypatch, tmp_path, exits=2, says="styleseal: device is wrong.")
        os.kill(pid(), signal.SIGKILL)
        await until(lambda: "device is wrong. Starting the engine again" in caplog.text)
        assert not supervisor.state().ready
        await until(lambda: "device is wrong." in supervisor.state().detail)
        monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # short, so that the path of a socket fits
        await until(lambda: "could not be started: No such file" in caplog.text)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        told(monkeypatch, tmp_path)
        await linked(supervisor)
        assert not task.done()
    assert set(waits(caplog)) == {"0.01 s", "0.02 s", "0.03 s"}


async def test_its_state_and_its_base_are_told_and_the_base_stays_known_while_it_is_away(
    kept: Path, tmp_path: Path, pid: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, tmp_path, loads_in=0.6)
    sentences: list[str] = []
    supervisor = Supervisor(kept, sentences.append, QUICK)
    assert supervisor.state().detail == "The engine is being started."
    async with watched(supervisor):
        await until(lambda: supervisor.state().detail == "Warming up.")
        assert (supervisor.state().ready, supervisor.card()) == (False, None)
        await linked(supervisor)
        assert sentences == ["Loading the base.", "Warming up."]
        assert (supervisor.state().ready, supervisor.state().detail, supervisor.state().restarts) == (True, "", 0)
        os.kill(pid(), signal.SIGKILL)
        await until(lambda: not supervisor.state().ready)
        assert (card := supervisor.card()) is not None
        assert card.fingerprint == FINGERPRINT
        await linked(supervisor)
        assert supervisor.state().restarts == 1


async def test_it_gives_way_to_the_bot(kept: Path, pid: Callable[[], int]) -> None:
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        await linked(supervisor)
        engine = psutil.Process(pid())
        assert engine.nice() > psutil.Process().nice()
        if hasattr(os, "sched_getaffinity"):  # elsewhere niceness is the process's
            assert {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in engine.threads()} == {engine.nice()}
        if (group := autogroup(pid())) is not None:
            assert group.endswith(f" nice {engine.nice()}")


async def test_the_tokens_of_others_are_not_handed_to_it(
    kept: Path, pid: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKEN", "discords")
    monkeypatch.setenv("STYLESEAL_ENGINE_TOKEN", "another-engines")
    supervisor = Supervisor(kept, patience=QUICK)
    async with watched(supervisor):
        await linked(supervisor)
        surroundings = psutil.Process(pid()).environ()
        assert "STYLESEAL_TOKEN" in surroundings
        assert {"discords", "another-engines"}.isdisjoint(surroundings.values())


async def test_a_link_that_was_left_is_one_to_nobody(tmp_path: Path) -> None:
    async with EngineLink(UnixAddress(tmp_path / "e.sock")) as link:
        pass
    with pytest.raises(EngineGone):
        await link.put_adapter("0" * 64, b"lora")
