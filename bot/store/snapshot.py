"""Copies of a database as it is at one moment, whoever writes to it meanwhile, and whether such a copy is sound."""

import sqlite3
from contextlib import closing
from pathlib import Path

_BUSY_SECONDS = 60.0


def copied(source: Path, target: Path) -> int:
    """Writes what is in it, and nothing that was deleted; gives how many migrations it has seen. Nobody waits for it.
    Raises `sqlite3.Error`, also for a source that is not there."""
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as database:
        database.execute("VACUUM INTO ?", (str(target),))
    return version(target)


def version(path: Path) -> int:
    """Of a file that nobody writes to. Raises `sqlite3.Error`."""
    with closing(_alone(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def problem(path: Path) -> str:
    """The first thing that is wrong with a file that nobody writes to; empty where nothing is. Reads all of it."""
    try:
        with closing(_alone(path)) as database:
            found = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            return "" if found == "ok" else found
    except sqlite3.Error as wrong:
        return str(wrong)


def without_pictures(path: Path) -> None:
    """Says in a copy of the bot's database that no picture's file is kept, as where they have expired."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE pictures SET bytes = 0 WHERE bytes > 0")


def _alone(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
