"""Whether the data folder can be written to, has room, and is on a disk of this machine."""

import errno
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import psutil

from bot.doctor.aside import aside
from bot.doctor.finding import Finding, broken, gigabytes, ok, warning
from bot.doctor.visit import Visit

LITTLE, NEARLY_NOTHING = 2 * 2**30, 100 * 2**20
_NETWORK = ("nfs", "cifs", "smb", "9p", "afpfs", "ncpfs", "ceph", "lustre", "glusterfs", "davfs", "sshfs", "rclone")
_MOVE = "Free some of it, or name a folder on another disk (STYLESEAL_DATA)."


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    data = visit.bot.data
    for finding in await aside(lambda: _findings(data)):
        yield finding


def _findings(data: Path) -> list[Finding]:
    there = next(path for path in (data, *data.parents) if path.exists())
    found = [_writable(data, there), _room(data, shutil.disk_usage(there).free)]
    if (kind := _network_of(there.resolve())) is not None:
        sentence = f"The data folder {data} is on a network file system ({kind}), where SQLite may lose what it keeps."
        found.append(warning(sentence, "Name a folder on a disk of this machine (STYLESEAL_DATA)."))
    return found


def _writable(data: Path, there: Path) -> Finding:
    """Tried with a file that has no name, or is gone at once."""
    if not there.is_dir():
        return broken(f"The data folder {data} cannot be: {there} is a file.", "Name another folder (STYLESEAL_DATA).")
    whose = f"The user {_user()}" if _user() else "This user"
    todo = f"{whose} must be able to write there: change who owns it, or name another folder (STYLESEAL_DATA)."
    if there != data:
        if not os.access(there, os.W_OK | os.X_OK):
            return broken(f"The data folder {data} is not there, and cannot be made in {there}.", todo)
        return ok(f"The data folder {data} is not there yet; it is made at the first start.")
    try:
        with tempfile.TemporaryFile(dir=data) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as wrong:
        full = wrong.errno in (errno.ENOSPC, errno.EDQUOT)
        sentence = f"The data folder {data} cannot be written to: {wrong.strerror or wrong}."
        return broken(sentence, _MOVE if full else todo)
    return ok(f"The data folder {data} can be written to.")


def _room(data: Path, free: int) -> Finding:
    sentence = f"{gigabytes(free)} are free on the disk of {data}."
    if free < NEARLY_NOTHING:
        return broken(f"Only {sentence}", _MOVE)
    return warning(f"Only {sentence}", _MOVE) if free < LITTLE else ok(sentence)


def _network_of(path: Path) -> str | None:
    """The network file system a path is on, if it is on one."""
    disks = {Path(disk.mountpoint): disk.fstype.lower() for disk in psutil.disk_partitions(all=True)}
    kind: str = next((disks[place] for place in (path, *path.parents) if place in disks), "")
    return kind if any(kind.removeprefix("fuse.").startswith(name) for name in _NETWORK) else None


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else ""
