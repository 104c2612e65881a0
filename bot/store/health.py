"""Looking at a database without changing it: whether it is sound, and which version wrote it."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.store.database import migrations

_BUSY_SECONDS = 2.0
_STEPS = 10_000
"""Instructions of SQLite's between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class StoreHealth:
    version: int
    """How many migrations it has seen."""
    problem: str
    """The first thing that is wrong with the file; empty where nothing is."""
    whole: bool
    """Whether there was time to look at all of it."""


def examine(path: Path, seconds: float) -> StoreHealth:
    """Raises `FileNotFoundError` where there is none; what SQLite cannot read is a problem."""
    path.stat()
    until = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(_read_only(path), uri=True, timeout=_BUSY_SECONDS)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            database.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
            try:
                (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            except sqlite3.OperationalError as wrong:
                if wrong.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                return StoreHealth(int(version), "", whole=False)
            return StoreHealth(int(version), "" if found == "ok" else str(found), whole=True)
    except sqlite3.Error as wrong:
        return StoreHealth(0, str(wrong), whole=True)


def newest() -> int:
    """The version that this program writes."""
    return len(migrations())


def _read_only(path: Path) -> str:
    """Where nobody has it open and nothing waits to be written into it, SQLite is told so: it would make files beside
    it otherwise, and leave them."""
    log = path.with_name(f"{path.name}-wal")
    return f"{path.absolute().as_uri()}?mode=ro" + ("" if log.exists() else "&immutable=1")
