"""What an engine says, kept in a file that never grows past its bounds."""

import contextlib
import os
import queue
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

SIZE = 2 * 2**20
FILES = 3
"""The newest has the plain name; .1 and .2 behind it are older."""
_WAITING_LINES = 2000
_LINE_BYTES = 2048
_BATCH_LINES = 100
_END_SECONDS = 2.0
_APPENDED = os.O_APPEND | os.O_CREAT | os.O_WRONLY


class EngineLog:
    """Used as `with EngineLog(path) as log`. Every line gets the time in front. A thread writes them, so that a slow
    disk holds nobody up; what cannot be written, as on a full disk, is counted and dropped.
    """

    def __init__(self, path: Path, size: int = SIZE, files: int = FILES) -> None:
        self.path = path
        self._size = size
        self._files = files
        self._begun = b""
        self._refused = 0  # lines that found no room to wait; counted by those who write
        self._failed = 0  # lines that the disk did not take; counted by the thread, as the next
        self._told = 0
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_WAITING_LINES)
        self._thread = threading.Thread(target=self._write_all, name="the engine's log", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=_END_SECONDS)
            self._thread.join(_END_SECONDS)

    def write(self, chunk: bytes) -> None:
        """Any part of what the engine writes; of a line that it writes over again, the last is kept."""
        *lines, self._begun = (self._begun + chunk).split(b"\n")
        if len(self._begun) > _LINE_BYTES:
            lines, self._begun = [*lines, self._begun], b""
        for line in lines:
            self._keep(line.rstrip(b"\r").rpartition(b"\r")[2])

    def say(self, sentence: str) -> None:
        """A line of the one who keeps the log."""
        if self._begun:
            self.write(b"\n")
        self._keep(f"--- {sentence}".encode())

    def _keep(self, line: bytes) -> None:
        if not line:
            return
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            self._waiting.put_nowait(now.encode() + b" " + line[: 2 * _LINE_BYTES] + b"\n")
        except queue.Full:
            self._refused += 1

    def _write_all(self) -> None:
        while (line := self._waiting.get()) is not None:
            lines = [line]
            while len(lines) < _BATCH_LINES and not self._waiting.empty():
                if (line := self._waiting.get()) is None:
                    self._write(lines)
                    return
                lines.append(line)
            self._write(lines)

    def _write(self, lines: list[bytes]) -> None:
        """Opened anew each time: whoever moves the file away, or makes room on its disk, need not tell us."""
        dropped = self._refused + self._failed
        missing = [b"--- %d lines could not be kept\n" % (dropped - self._told)] if dropped > self._told else []
        data = b"".join(missing + lines)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._make_room(len(data))
            with os.fdopen(os.open(self.path, _APPENDED, 0o600), "ab", buffering=0) as file:
                file.write(data)
        except OSError:
            self._failed += len(lines)
        else:
            self._told = dropped

    def _make_room(self, length: int) -> None:
        if not self.path.exists() or self.path.stat().st_size + length <= self._size:
            return
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{n}") for n in range(1, self._files))]
        for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
            if newer.exists():
                newer.replace(older)
