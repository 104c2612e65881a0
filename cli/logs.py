"""What the bot logs: warnings on standard error, everything of note in a file that never grows past its bounds."""

import contextlib
import logging
import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

SIZE = 2 * 2**20
FILES = 3
_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_APPENDED = os.O_APPEND | os.O_CREAT | os.O_WRONLY


class _File(RotatingFileHandler):
    """What it cannot write, as on a full disk, is dropped: that is no reason for the bot to say more, or to end."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=SIZE, backupCount=FILES - 1, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        """Readable for its owner alone."""
        return os.fdopen(os.open(self.baseFilename, _APPENDED, 0o600), "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        pass

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


class _Brief(logging.Filter):
    """A connection that is cut, as happens every day, is a line; discord.py tells how it came about in forty."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "discord.client" and record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
            record.msg, record.args = "%s: %s", (record.getMessage(), record.exc_info[1])
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Inside, a thread writes the file, so that a slow disk holds nobody up. Where there can be no file, all goes to
    standard error."""
    shown = logging.StreamHandler()
    shown.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [shown]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(_File(path))
    except OSError:
        shown.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORM))
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener, own = QueueListener(waiting, *handlers, respect_handler_level=True), QueueHandler(waiting)
    own.addFilter(_Brief())
    root = logging.getLogger()
    before = root.level
    root.addHandler(own)
    root.setLevel(logging.INFO)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(own)
        root.setLevel(before)
        listener.stop()
        for handler in handlers:
            handler.close()
