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

from bot import priority
from bot.engine_log import EngineLog
from bot.last_words import LastWords, ending
from bot.link import EngineLink
from bot.watch import Watch
from protocol.address import Address, TcpAddress, UnixAddress
from protocol.errors import BaseMissing, EngineGone, InvalidRequest, StyleSealError

# Not from the folder it happens to be started in (-P), where a stranger's cli.py may lie.
COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "cli")

_POLL_SECONDS = 0.1
_CHECK_SECONDS = 5.0
_SILENT_SECONDS = 300.0
"""In which even a slow disk gives up the libraries, and a large base its weights."""
_STOP_SECONDS = 2.5
"""Nothing is lost with one that is killed. With all that the bot's own end takes, it is less than the ten seconds after
which Docker kills them all."""
_KILL_SECONDS = 10.0
_EXIT_SECONDS = 2.0
_LAST_SECONDS = 1.0
_NOT_ITS_OWN = ("STYLESEAL_DISCORD_TOKEN", "STYLESEAL_ENGINE_TOKEN")


class EngineRefused(EngineGone):
    """It said itself why it does not start; it would again."""


class EngineProcess:
    """Used as `async with EngineProcess(...) as engine`: inside, it is ready at `engine.address` with `engine.token`.

    `settings` are the engine's own by field name, over what the environment says. `on_loading` is called with a
    sentence whenever loading gets further. What it writes goes to `log`; one that `gives_way` is of lower priority than
    this process. Raises `EngineGone` when the child ends before it is ready, or is silent for minutes, `EngineRefused`
    where it says why, `BaseMissing` when it cannot load its base, and `InvalidRequest` when it was given settings it
    cannot take.
    """

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        on_loading: Callable[[str], None] | None = None,
        command: Sequence[str] | None = None,
        log: EngineLog | None = None,
        *,
        gives_way: bool = False,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self._settings = dict(settings or {})
        self._on_loading = on_loading or (lambda sentence: None)
        self._command = tuple(command or COMMAND)
        self._log = log
        self._gives_way = gives_way
        self._words = LastWords()
        self._started = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            try:
                folder = Path(tempfile.mkdtemp(prefix="styleseal-", dir=_short_temporary_folder()))  # mode 0700
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
                self.address = _private_address(folder)
                self._child = await self._start()
            except OSError as wrong:
                raise EngineGone(f"The engine could not be started: {wrong.strerror or wrong}.") from wrong
            self._listening = asyncio.create_task(self._listen(), name="the engine's stderr")
            stack.push_async_callback(self._put_away)
            self._say(f"engine started, pid {self.pid}")
            if self._gives_way:
                priority.give_way(self.pid)
            await self._until_ready()
            self._say(f"engine ready, pid {self.pid}")
            self._started = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._started.aclose()

    @property
    def pid(self) -> int:
        return self._child.pid

    async def exited(self, seconds: float) -> int | None:
        """Waits for it to end, at most so long; its exit code, minus the signal that ended it, or None."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._child.wait(), seconds)
        return self._child.returncode

    async def reason(self, gone: EngineGone) -> StyleSealError:
        """What to tell of a connection that was lost: why the process ended, or the same error if it still runs."""
        if (code := await self.exited(_EXIT_SECONDS)) is None:
            return gone
        return EngineGone(f"{gone.sentence} {self._words.of(code)}")

    async def _start(self) -> asyncio.subprocess.Process:
        environment = {name: text for name, text in os.environ.items() if name not in _NOT_ITS_OWN}
        environment |= {f"STYLESEAL_{name.upper()}": text for name, text in self._settings.items()}
        environment |= {"STYLESEAL_TOKEN": self.token}
        return await asyncio.create_subprocess_exec(
            *(*self._command, "engine", "--listen", str(self.address), "--parent-stdin"),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us alone: we stop the child when we are done with it
            creationflags=priority.CREATION_FLAGS if self._gives_way else 0,
        )

    async def _listen(self) -> None:
        """Keeps what the child writes, and keeps it from blocking on a full pipe."""
        assert self._child.stderr is not None
        while chunk := await self._child.stderr.read(4096):
            self._words.hear(chunk)
            if self._log is not None:
                self._log.write(chunk)

    def _say(self, sentence: str) -> None:
        if self._log is not None:
            self._log.say(sentence)

    async def _until_ready(self) -> None:
        told = ""
        async with EngineLink(self.address, self.token) as link:
            watch = Watch(link, _CHECK_SECONDS, _POLL_SECONDS)
            while (code := await self.exited(_POLL_SECONDS)) is None:
                health = await watch.look()  # None until it listens
                if watch.silent > _SILENT_SECONDS:
                    raise EngineGone(f"The engine has said nothing for {_SILENT_SECONDS:g} s of its start.")
                if health is None:
                    continue
                if health.status == "ready":
                    return
                if health.status == "failed":
                    raise BaseMissing(health.detail)
                if health.detail != told:
                    told = health.detail
                    self._on_loading(told)
        raise await self._stillborn(code)

    async def _stillborn(self, code: int) -> StyleSealError:
        await asyncio.wait({self._listening}, timeout=_LAST_SECONDS)  # for its last lines to come through the pipe
        spoken = self._words.spoken()
        if code == 2 and spoken:
            return InvalidRequest(spoken)
        return (EngineRefused if spoken else EngineGone)(f"The engine did not start. {self._words.of(code)}")

    async def _put_away(self) -> None:
        """Listens to the last: a full pipe would keep the child from ending."""
        child = self._child
        if child.stdin is not None:
            child.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        if await self.exited(_STOP_SECONDS) is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await self.exited(_KILL_SECONDS)  # a driver that hangs may keep it for ever
        await asyncio.wait({self._listening}, timeout=_LAST_SECONDS)
        self._listening.cancel()
        await asyncio.wait({self._listening})
        self._say(f"engine ended, pid {self.pid}. {ending(child.returncode)}")


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
