"""One StyleSeal at a time on a data folder: a lock of the operating system's, which goes with its process, however that
ends."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol.errors import StyleSealError

FILE = "bot.lock"
_TAKEN = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
_PAST_THE_TEXT = 1 << 30
"""Windows keeps others from reading the byte that is locked; this one nobody reads."""


class FolderTaken(StyleSealError):
    code = "folder_taken"
    status = 409


class FolderUnusable(StyleSealError):
    code = "folder_unusable"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Makes the folder where it is missing. Raises `FolderTaken` at once where another process, or this one, holds it
    already, and `FolderUnusable`. The file stays: whoever removes a lock may remove another's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as wrong:
        raise FolderUnusable(f"The data folder {folder} cannot be used: {wrong.strerror}.") from wrong
    try:
        _take(file, folder)
        with contextlib.suppress(OSError):  # a full disk: the process's number is only for others to read
            os.ftruncate(file, 0)
            os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _take(file: int, folder: Path) -> None:
    try:
        _lock(file)
    except OSError as wrong:
        if wrong.errno not in _TAKEN:
            raise FolderUnusable(f"The data folder {folder} cannot be locked: {wrong.strerror}.") from wrong
        number = os.read(file, 20).decode("ascii", "replace")
        whose = f" (pid {number})" if number.isdecimal() else ""
        raise FolderTaken(f"Another StyleSeal runs on this data folder{whose}: {folder}. End it first.") from wrong


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _PAST_THE_TEXT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
