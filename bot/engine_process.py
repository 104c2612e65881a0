"""An engine as a child of this process. It ends with its parent, however that dies: the pipe that is its standard input
closes then. Loads no model library; the child does.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.link import EngineLink
from protocol.address import Address, TcpAddress, UnixAddress
from protocol.errors import BaseMissing, EngineGone, InvalidRequest, StyleSealError

# Not from the folder it happens to be started in (-P), where a stranger's cli.py may lie.
COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "cli")

_POLL_SECONDS = 0.1
_STOP_SECONDS = 5.0
_EXIT_SECONDS = 2.0
_TAIL_BYTES = 16 * 2**10
_TAIL_LINES = 5
_SPOKEN = "styleseal: "
"""Begins every line the command says to a person, among whatever else its libraries write."""


class EngineProcess:
    """Used as `async with EngineProcess(...) as engine`: inside, it is ready at `engine.address` with `engine.token`.

    `settings` are the engine's own by field name, over what the environment says. `on_loading` is called with a
    sentence whenever loading gets further. Raises `EngineGone` when the child ends before it is ready, `BaseMissing`
    when it cannot load its base, and `InvalidRequest` when it was given settings it cannot take.
    """

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        on_loading: Callable[[str], None] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self._settings = dict(settings or {})
        self._on_loading = on_loading or (lambda sentence: None)
        self._command = tuple(command or COMMAND)
        self._tail = bytearray()
        self._started = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="styleseal-", dir=_short_temporary_folder()))  # mode 0700
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            self.address = _private_address(folder)
            self._child = await self._start()
            stack.push_async_callback(self._stop)
            assert self._child.stderr is not None
            listening = asyncio.create_task(self._listen(self._child.stderr), name="the engine's stderr")
            stack.push_async_callback(_ended, listening)
            await self._until_ready()
            self._started = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._started.aclose()

    @property
    def pid(self) -> int:
        return self._child.pid

    async def reason(self, gone: EngineGone) -> StyleSealError:
        """What to tell of a connection that was lost: why the process ended, or the same error if it still runs."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._child.wait(), _EXIT_SECONDS)
        if (code := self._child.returncode) is None:
            return gone
        return EngineGone(f"{gone.sentence} {self._last_words(code)}")

    async def _start(self) -> asyncio.subprocess.Process:
        environment = dict(os.environ) | {f"STYLESEAL_{name.upper()}": text for name, text in self._settings.items()}
        environment |= {"STYLESEAL_TOKEN": self.token}
        return await asyncio.create_subprocess_exec(
            *(*self._command, "engine", "--listen", str(self.address), "--parent-stdin"),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us alone: we stop the child when we are done with it
        )

    async def _listen(self, stderr: asyncio.StreamReader) -> None:
        """Keeps the end of what the child writes, and keeps it from blocking on a full pipe."""
        while chunk := await stderr.read(4096):
            self._tail += chunk
            del self._tail[:-_TAIL_BYTES]

    async def _until_ready(self) -> None:
        told = ""
        async with EngineLink(self.address, self.token) as link:
            while True:
                if self._child.returncode is not None:
                    raise await self._stillborn()
                with contextlib.suppress(EngineGone):  # it does not listen yet
                    health = await link.health()
                    if health.status == "ready":
                        return
                    if health.status == "failed":
                        raise BaseMissing(health.detail)
                    if health.detail != told:
                        told = health.detail
                        self._on_loading(told)
                await asyncio.sleep(_POLL_SECONDS)

    async def _stillborn(self) -> StyleSealError:
        code = await self._child.wait()
        await asyncio.sleep(_POLL_SECONDS)  # for its last lines to come through the pipe
        if code == 2 and (spoken := _spoken(self._lines())):
            return InvalidRequest("\n".join(spoken))
        return EngineGone(f"The engine did not start. {self._last_words(code)}")

    def _lines(self) -> list[str]:
        text = self._tail.decode("utf-8", "replace")
        return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]

    def _last_words(self, code: int) -> str:
        """What it said to a person, or else how it ended and the last it wrote."""
        if spoken := _spoken(self._lines()):
            return "\n".join(spoken)
        ending = f"It was ended by signal {-code}" if code < 0 else f"It ended with exit code {code}"
        lines = self._lines()[-_TAIL_LINES:]
        return f"{ending}: " + "\n".join(lines) if lines else f"{ending} and said nothing."

    async def _stop(self) -> None:
        child = self._child
        if child.stdin is not None:
            child.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), _STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _spoken(lines: list[str]) -> list[str]:
    return [line.removeprefix(_SPOKEN) for line in lines if line.startswith(_SPOKEN)]


def _short_temporary_folder() -> str | None:
    """None for the usual one; /tmp where the path of a socket in that would be longer than systems allow."""
    try:
        UnixAddress(Path(tempfile.gettempdir()) / "styleseal-12345678" / "engine.sock")
    except ValueError:
        return "/tmp"
    return None


def _private_address(folder: Path) -> Address:
    if hasattr(socket, "AF_UNIX"):
        return UnixAddress(folder / "engine.sock")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return TcpAddress("127.0.0.1", free.getsockname()[1])
