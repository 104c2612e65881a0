"""What the bot logs: warnings on standard error, everything of note in a file that never grows past its bounds."""

import logging
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

SIZE = 2 * 2**20
FILES = 3
_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Inside, a thread writes the file, so that a slow disk holds nobody up. Where there can be no file, all goes to
    standard error."""
    shown = logging.StreamHandler()
    shown.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [shown]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(path, maxBytes=SIZE, backupCount=FILES - 1, encoding="utf-8"))
    except OSError:
        shown.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORM))
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener, own = QueueListener(waiting, *handlers, respect_handler_level=True), QueueHandler(waiting)
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
