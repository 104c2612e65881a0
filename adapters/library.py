"""The library: which adapters there are, whose they are, and under which names they are painted with.

A style belongs to an owner: a server by its id, or everyone (an empty owner). Two owners may have the same file; it is
kept once, counts for each of them, and goes with the last; what was found of it, and where it came from, each has for
itself. Files and entries agree whatever was interrupted: a file is on the disk before its entry says so, and an entry
is gone before its file goes.

A style that is retired is nobody's to choose any more; its file stays for what was painted in it, until it is purged or
its owner needs the room.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapters.errors import QuotaReached, StorageFailed
from adapters.files import Files
from adapters.styles import Style
from protocol import checks
from protocol.errors import InvalidRequest

EVERYONE = ""
LARGEST = 1 << 30
"""Bytes of an adapter file; SDXL adapters of rank 128 have some 700 MB."""
ABANDONED_SECONDS = 24 * 3600
"""After which a draft is left over from a kill; downloads resume until then."""
_BUSY_SECONDS = 10.0
_POLL_SECONDS = 0.01
_MIGRATIONS = (
    """
    CREATE TABLE adapters (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        facts TEXT NOT NULL,
        added_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner TEXT NOT NULL,
        folded TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES adapters,
        fields TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        UNIQUE (owner, folded)
    ) STRICT;
    CREATE INDEX styles_by_adapter ON styles (sha256);
    """,
    """
    ALTER TABLE styles ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
    ALTER TABLE styles ADD COLUMN added_by TEXT NOT NULL DEFAULT '';
    ALTER TABLE styles ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
    """,
    """
    ALTER TABLE styles ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
    UPDATE styles SET facts = (SELECT facts FROM adapters WHERE adapters.sha256 = styles.sha256);
    ALTER TABLE adapters DROP COLUMN facts;
    """,
)
"""Each is run once, in order; the database's user_version says how many were."""
VERSION = len(_MIGRATIONS)


_ROWS = """
    SELECT fields, id, owner, sha256, size, facts, styles.added_at, state, added_by, changed_at
    FROM styles JOIN adapters USING (sha256) ORDER BY folded, owner
"""


class State(StrEnum):
    DRAFT = "draft"
    """It was tried, and nobody has said yet that it is to be painted in."""
    ACTIVE = "active"
    DISABLED = "disabled"
    """Its owner does not want it painted in for now."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one owner may have at most."""

    styles: int = 100
    bytes: int = 5 << 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A style with what is known of its adapter's file."""

    id: int
    owner: str
    style: Style
    size: int
    recorded: str
    added_at: int
    """Unix time in seconds, as `changed_at`."""
    state: State = State.ACTIVE
    added_by: str = ""
    """Who added it, by whatever id the owner knows them."""
    changed_at: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """What was found in the file when it came."""
        found: dict[str, Any] = json.loads(self.recorded)
        return found


class Library:
    """For many threads, and for many processes at once."""

    def __init__(self, folder: Path) -> None:
        self.previews = folder / "previews"
        self._lock = threading.RLock()
        """For writing, which may take as long as the disk does."""
        self._reading = threading.Lock()
        self._memory: tuple[Kept, ...] = ()
        self._version: int | None = None
        with _faults():
            self.files = Files(folder)
            self.previews.mkdir(exist_ok=True)
            self._database, self._reader = _connected(folder / "library.sqlite"), _connected(folder / "library.sqlite")
            self._write_ahead()
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA foreign_keys = ON")
            self._migrate()

    def close(self) -> None:
        self._reader.close()
        self._database.close()

    def add(
        self,
        draft: Path,
        style: Style,
        size: int,
        facts: Mapping[str, Any],
        owner: str,
        quota: Quota,
        *,
        state: State = State.ACTIVE,
        by: str = "",
    ) -> Kept:
        """Takes in a draft whose SHA-256 is the style's, under the style's name. What the owner retired goes where its
        room is needed. Raises `InvalidRequest` for a name that the owner has already, `QuotaReached`, and
        `StorageFailed`."""
        now = int(time.time())
        self.check_room(owner, style, size, quota)  # nothing goes for what is not taken in
        self._make_room(owner, style, size, quota)
        with self._writing():
            self.check_room(owner, style, size, quota)
            self.files.put(draft, style.sha256)
            self._database.execute(
                "INSERT OR IGNORE INTO adapters (sha256, size, added_at) VALUES (?, ?, ?)", (style.sha256, size, now)
            )
            self._database.execute(
                "INSERT INTO styles (owner, folded, sha256, fields, facts, added_at, state, added_by, changed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (owner, style.name.casefold(), style.sha256, _fields(style), json.dumps(facts), now, state, by, now),
            )
        return self.named(style.name, owner)

    def edit(self, id: int, change: Callable[[Kept], Style]) -> Kept:
        """Gives a style other fields, made of those it has at that moment; its file stays. Raises `InvalidRequest` for
        a name that its owner has already, and where there is no such style any more; and what `change` raises."""
        with self._writing():
            kept = self.by_id(id)
            style = change(kept)
            if style.name.casefold() != kept.style.name.casefold():
                self.check_name(kept.owner, style.name)
            self._database.execute(
                "UPDATE styles SET folded = ?, fields = ?, changed_at = ? WHERE id = ?",
                (style.name.casefold(), _fields(style), int(time.time()), id),
            )
        return self.by_id(id)

    def move(self, id: int, state: State) -> Kept:
        """To be painted in, or not. Raises `InvalidRequest` where there is no such style any more."""
        with self._writing():
            kept = self.by_id(id)
            # Its name is free for another one from then on; no name has a line break.
            folded = f"{kept.style.name.casefold()}\n{id}" if state is State.RETIRED else kept.style.name.casefold()
            self._database.execute(
                "UPDATE styles SET state = ?, folded = ?, changed_at = ? WHERE id = ?",
                (state, folded, int(time.time()), id),
            )
        return self._with_id(id)

    def publish(self, id: int) -> Kept:
        """Makes it everyone's. Raises `InvalidRequest` for a name that everyone has already."""
        with self._writing():
            self.check_name(EVERYONE, self.by_id(id).style.name)
            self._database.execute(
                "UPDATE styles SET owner = ?, changed_at = ? WHERE id = ?", (EVERYONE, int(time.time()), id)
            )
        return self.by_id(id)

    def retired(self, owner: str | None = None, before: float | None = None) -> list[Kept]:
        """Those of one or of all owners that were retired before a moment (Unix seconds), the longest ago first."""
        found = [kept for kept in self._all() if kept.state is State.RETIRED and owner in (None, kept.owner)]
        found = [kept for kept in found if before is None or kept.changed_at < before]
        return sorted(found, key=lambda kept: kept.changed_at)

    def _make_room(self, owner: str, style: Style, size: int, quota: Quota) -> None:
        """By what the owner retired, the longest ago first."""
        gone = self.retired(owner)
        while gone and self._with(owner, style, size) > quota.bytes:
            self.purge(gone.pop(0).id)

    def _with(self, owner: str, style: Style, size: int) -> int:
        """Bytes of all the owner's adapters, those that were retired and this one among them."""
        return sum((_sizes([*self.kept(owner), *self.retired(owner)]) | {style.sha256: size}).values())

    def check_room(self, owner: str, style: Style, size: int, quota: Quota) -> None:
        """Raises what `add` would raise, before all the work that is for nothing then."""
        self.check_name(owner, style.name)
        own = self.kept(owner)
        if len(own) >= quota.styles:
            raise QuotaReached(
                f"There are {len(own)} styles already, and {quota.styles} is the most; remove one first."
            )
        total = sum((_sizes(own) | {style.sha256: size}).values())  # what was retired makes room
        if total > quota.bytes:
            raise QuotaReached(
                f"With this file the adapters would take {total / 2**20:.0f} MiB, and {quota.bytes / 2**20:.0f} MiB is "
                "the most; remove one first."
            )

    def check_name(self, owner: str, name: str) -> None:
        """Raises `InvalidRequest` for one that the owner has already."""
        if self._find(name, owner) is not None:
            raise InvalidRequest(f"There is a style {checks.shown(name)} already; choose another name.", param="name")

    def remove(self, name: str, owner: str) -> None:
        """Takes the style out, and its file if nobody else has it. Raises `InvalidRequest` where there is none."""
        self.purge(self.named(name, owner).id)

    def purge(self, id: int, only: Collection[State] = tuple(State)) -> bool:
        """Takes out a style, also one that was retired, and its file if nobody else has it; nothing where there is
        none, or none in such a state. Whether there was."""
        with self._writing():
            found = self._database.execute("SELECT sha256, state FROM styles WHERE id = ?", (id,)).fetchone()
            if found is None or found[1] not in only:
                return False
            self._database.execute("DELETE FROM styles WHERE id = ?", (id,))
            self._database.execute(
                "DELETE FROM adapters WHERE sha256 = ? AND sha256 NOT IN (SELECT sha256 FROM styles)", found[:1]
            )
        for path in self.previews.glob(f"{id}-*.png"):
            path.unlink(missing_ok=True)
        self._drop_unless_entered(found[0])
        return True

    def forget(self, by: str) -> None:
        """Who added what they added is not known any more."""
        with self._writing():
            self._database.execute("UPDATE styles SET added_by = '' WHERE added_by = ?", (by,))

    def _drop_unless_entered(self, sha256: str) -> None:
        """Removes a file that no entry names; only after its entry's end is kept, and while nobody can add it."""
        with self._writing():
            if not self._database.execute("SELECT 1 FROM adapters WHERE sha256 = ?", (sha256,)).fetchone():
                self.files.remove(sha256)

    def named(self, name: str, owner: str) -> Kept:
        """Raises `InvalidRequest` where the owner has none of that name."""
        if (found := self._find(name, owner)) is None:
            raise InvalidRequest(f"There is no style {checks.shown(name)} in the library.", param="name")
        return found

    def by_id(self, id: int) -> Kept:
        """Raises `InvalidRequest` where there is none, or it was retired."""
        found = self._with_id(id)
        if found.state is State.RETIRED:
            raise InvalidRequest("There is no such style in the library any more.", param="name")
        return found

    def _with_id(self, id: int) -> Kept:
        found = next((kept for kept in self._all() if kept.id == id), None)
        if found is None:
            raise InvalidRequest("There is no such style in the library any more.", param="name")
        return found

    def _find(self, name: str, owner: str) -> Kept | None:
        folded = name.strip().casefold()
        return next((kept for kept in self.kept(owner) if kept.style.name.casefold() == folded), None)

    def kept(self, owner: str | None = None) -> list[Kept]:
        """Everything, or an owner's, by name, save for what was retired."""
        return [kept for kept in self._all() if kept.state is not State.RETIRED and owner in (None, kept.owner)]

    def everything(self) -> tuple[Kept, ...]:
        """What was retired as well; the same object until something changes."""
        return self._all()

    def styles(self, owner: str = EVERYONE) -> list[Style]:
        """What an owner has to paint in, by name."""
        return [kept.style for kept in self.kept(owner) if kept.state is State.ACTIVE]

    def preview(self, style_id: int, which: str) -> Path:
        """Where a picture of a style is kept, if it is: `with` and `without` the adapter, or the `card` of both."""
        return self.previews / f"{style_id}-{which}.png"

    def used(self, owner: str) -> int:
        """Bytes of all the owner's adapters together."""
        return sum(_sizes(self.kept(owner)).values())

    def verify(self) -> Iterator[tuple[str, str]]:
        """Reads every file again: each SHA-256, with what is wrong or nothing."""
        with self._reading, _faults():
            entries = [row[0] for row in self._reader.execute("SELECT sha256 FROM adapters ORDER BY sha256")]
        for sha256 in entries:
            try:
                yield sha256, "" if self.files.is_sound(sha256) else "damaged: its bytes are not what they were"
            except OSError as wrong:
                yield sha256, f"missing: {wrong.strerror}"

    def sweep(self) -> None:
        """Removes what kills have left over: old drafts, files without an entry, and pictures without a style."""
        self.files.sweep(ABANDONED_SECONDS)
        for sha256 in list(self.files.known()):
            self._drop_unless_entered(sha256)
        pictures = list(self.previews.glob("*-*.png"))  # looked for before the styles, since a style is there first
        ids = {str(kept.id) for kept in self._all()}
        for path in pictures:
            if path.name.partition("-")[0] not in ids:
                path.unlink(missing_ok=True)

    def _all(self) -> tuple[Kept, ...]:
        """Everything by name; read anew only after somebody has written, and while somebody writes as it was before."""
        with self._reading, _faults():
            (version,) = self._reader.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                rows = self._reader.execute(_ROWS).fetchall()
                fields = json.loads(f"[{','.join(row[0] for row in rows)}]")  # at once, since each call costs
                self._memory = tuple(self._kept(own, *row[1:]) for own, row in zip(fields, rows, strict=True))
                self._version = version
            return self._memory

    def _kept(
        self,
        own: dict[str, Any],
        id: int,
        owner: str,
        sha256: str,
        size: int,
        facts: str,
        added_at: int,
        state: str,
        *rest: Any,
    ) -> Kept:
        own["weight_range"], own["tags"] = tuple(own["weight_range"]), tuple(own.get("tags", ()))
        style = Style(path=self.files.path(sha256), sha256=sha256, **own)
        return Kept(id, owner, style, size, facts, added_at, State(state), *rest)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone, in all threads and processes; everything is kept or, where it raises, nothing."""
        with self._lock, _faults():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:  # a full disk ends it by itself
                    self._database.execute("ROLLBACK")
                raise

    def _write_ahead(self) -> None:
        """Two processes that make the same library may be in each other's way, and SQLite does not wait here."""
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as wrong:
                if wrong.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_POLL_SECONDS)

    def _migrate(self) -> None:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            (done,) = self._database.execute("PRAGMA user_version").fetchone()
            if done > len(_MIGRATIONS):
                self._database.execute("ROLLBACK")
                raise StorageFailed("The library of adapters is of a newer StyleSeal; use that one.")
            for number, migration in enumerate(_MIGRATIONS[done:], done + 1):
                for statement in migration.split(";"):
                    self._database.execute(statement)
                self._database.execute(f"PRAGMA user_version = {number}")
            self._database.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _fields(style: Style) -> str:
    """As the database has them, without what its adapter tells."""
    return json.dumps({name: value for name, value in asdict(style).items() if name not in ("path", "sha256")})


def _sizes(kept: Iterable[Kept]) -> dict[str, int]:
    """Of their files, each once."""
    return {one.style.sha256: one.size for one in kept}


@contextmanager
def _faults() -> Iterator[None]:
    """What the database or the disk cannot do is a sentence for whoever must act."""
    try:
        yield
    except sqlite3.Error as wrong:
        raise StorageFailed(f"The library of adapters could not be read or written: {wrong}.") from wrong
    except OSError as wrong:
        raise StorageFailed(
            f"The library of adapters could not be read or written: {wrong.strerror or wrong}."
        ) from wrong
