"""The engine as a process of its own: started, asked, stopped, killed."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from bot.link import EngineLink
from protocol.address import UnixAddress
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Completed, Event, Progress
from protocol.order import PaintOrder
from protocol.paint import PaintRequest

SECONDS = 120
"""A busy machine takes long to import torch."""
SLOW = """
import time, cli.main, engine.app
engine.app.load_base = lambda *_: time.sleep(600)
cli.main.main()
"""
"""The command, whose base takes ten minutes to load."""


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "e.sock"


@asynccontextmanager
async def engine(
    socket: Path, base: Path | str, *options: str, code: str | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    program = ("-m", "cli") if code is None else ("-c", code)
    arguments = (*program, "engine", "--listen", f"unix:{socket}", "--base", str(base), *options)
    environment = os.environ | {"STYLESEAL_DATA": str(socket.parent / "data"), "HF_HUB_OFFLINE": "1"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stderr=pipe, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def mode(socket: Path) -> int:
    return stat.S_IMODE(socket.stat().st_mode)


async def ready(socket: Path) -> None:
    await answers(socket, "ready")


async def answers(socket: Path, status: str) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            async with EngineLink(UnixAddress(socket)) as link:
                try:
                    if (await link.health()).status == status:
                        return
                except StyleSealError:
                    pass
            await asyncio.sleep(0.2)


async def paint(socket: Path, heard: Callable[[Event], None] = lambda _: None, **fields: int) -> list[Event]:
    order = PaintOrder(request=PaintRequest(prompt="a cat", seed=1, **fields), stream=True)  # type: ignore[arg-type]
    found = []
    async with EngineLink(UnixAddress(socket)) as link, aclosing(link.paint(order, lambda _: b"")) as events:
        async for event in events:
            heard(event)
            found.append(event)
    return found


def there(socket: Path) -> list[str]:
    """What lies beside the socket, itself included."""
    return sorted(path.name for path in socket.parent.iterdir())


async def ends(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Its exit code and what it said last."""
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        said = (await process.stderr.read()).decode()
        return await process.wait(), said


async def test_it_paints_and_ends_when_its_parents_end_of_the_pipe_closes(socket: Path, base_folder: Path) -> None:
    async with engine(socket, base_folder, "--parent-stdin") as process:
        await ready(socket)
        assert isinstance((await paint(socket, steps=2))[-1], Completed)
        assert process.stdin is not None
        process.stdin.close()
        code, said = await ends(process)
        assert code == 0, said
        assert there(socket) == ["data"]


async def test_it_stops_at_sigterm_also_in_the_middle_of_a_picture(socket: Path, base_folder: Path) -> None:
    async with engine(socket, base_folder) as process:
        await ready(socket)

        def stop(event: Event) -> None:
            if isinstance(event, Progress) and event.step == 2:
                process.send_signal(signal.SIGTERM)

        with pytest.raises(StyleSealError):
            await paint(socket, stop, steps=150)
        code, said = await ends(process)
        assert code == 0, said


async def test_it_stops_at_sigterm_also_while_it_loads(socket: Path) -> None:
    async with engine(socket, "pocket", code=SLOW) as process:
        await answers(socket, "loading")
        assert mode(socket) == 0o600
        process.send_signal(signal.SIGTERM)
        code, said = await ends(process)
        assert code == 0, said
        assert socket.name not in there(socket)


async def test_killed_in_the_middle_of_a_picture_it_says_so_and_can_start_again_there(
    socket: Path, base_folder: Path
) -> None:
    async with engine(socket, base_folder) as process:
        await ready(socket)
        with pytest.raises(EngineGone):
            await paint(socket, lambda event: process.kill() if isinstance(event, Progress) else None, steps=150)
    assert socket.name in there(socket)
    async with engine(socket, base_folder):
        await ready(socket)
        assert isinstance((await paint(socket, steps=2))[-1], Completed)


async def test_a_second_engine_at_the_same_address_is_refused(socket: Path, base_folder: Path) -> None:
    async with engine(socket, base_folder):
        await ready(socket)
        async with engine(socket, base_folder) as second:
            code, said = await ends(second)
            assert code == 1
            assert "already listening" in said
        assert isinstance((await paint(socket, steps=2))[-1], Completed)


@pytest.mark.parametrize("options", [(), ("--parent-stdin",)])
async def test_a_base_that_is_not_there_ends_it_with_what_to_do(socket: Path, options: tuple[str, ...]) -> None:
    async with engine(socket, "/nowhere/at-all", *options) as process:
        code, said = await ends(process)
        assert code == 1
        assert "styleseal: There is no base at /nowhere/at-all" in said
        assert "Traceback" not in said
