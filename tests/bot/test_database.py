"""The database: migrated whole or not at all, written whole or not at all, read as it was committed last."""

import asyncio
import errno
import itertools
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from bot.store import database as module
from bot.store import lock
from bot.store.database import Database, StoreFailed, migrations, opened, statements
from bot.store.lock import FolderTaken, FolderUnusable, held

ROOT = Path(__file__).parents[2]
NUMBERS = ["CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.sqlite"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    async with opened(path, NUMBERS) as database:
        yield database


async def write(database: Database, *numbers: int) -> None:
    async with database.writing() as connection:
        for number in numbers:
            await connection.execute("INSERT INTO numbers VALUES (?)", (number,))


async def numbers(database: Database) -> list[int]:
    return [number for (number,) in await database.read("SELECT number FROM numbers ORDER BY number")]


def looked_up(path: Path, statement: str) -> list[tuple[object, ...]]:
    """As another program sees it."""
    file = sqlite3.connect(path)
    try:
        return file.execute(statement).fetchall()
    finally:
        file.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """By another program that writes."""
    file = sqlite3.connect(path, isolation_level=None)
    try:
        file.execute("BEGIN IMMEDIATE")
        yield
    finally:
        file.close()


# Migrations


def test_the_bots_migrations_are_numbered_without_a_gap() -> None:
    folder = Path(module.__file__).parent / "migrations"
    found = sorted(path.name for path in folder.iterdir() if path.suffix == ".sql")
    assert [int(name[:4]) for name in found] == list(range(1, len(found) + 1))
    assert len(migrations()) == len(found)


def test_migrations_are_found_in_a_folder_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("0010_last.sql", "0002_second.sql", "0001_first.sql", "notes.txt", "1_no.sql"):
        (tmp_path / name).write_text(name)
    assert migrations(tmp_path) == ["0001_first.sql", "0002_second.sql", "0010_last.sql"]


async def test_a_file_gets_the_migrations_that_it_has_not_seen(path: Path) -> None:
    async with opened(path, NUMBERS) as database:
        await write(database, 1)
    more = [*NUMBERS, "ALTER TABLE numbers ADD COLUMN name TEXT NOT NULL DEFAULT 'one';"]
    async with opened(path, more) as database:
        assert await database.read("SELECT number, name FROM numbers") == [(1, "one")]
        assert await database.read("PRAGMA user_version") == [(2,)]
    async with opened(path, more) as database:
        assert await database.read("SELECT number, name FROM numbers") == [(1, "one")]


async def test_a_migration_that_fails_leaves_the_file_at_the_version_it_had(path: Path) -> None:
    async with opened(path, NUMBERS) as database:
        await write(database, 1)
    wrong = "CREATE TABLE names (name TEXT); INSERT INTO names VALUES ('a'); INSERT INTO nowhere VALUES (1)"
    with pytest.raises(StoreFailed, match="cannot be used: no such table: nowhere"):
        async with opened(path, [*NUMBERS, "DELETE FROM numbers", wrong]):
            pass
    assert looked_up(path, "PRAGMA user_version") == [(1,)]
    assert looked_up(path, "SELECT name FROM sqlite_schema") == [("numbers",)]
    async with opened(path, NUMBERS) as database:
        assert await numbers(database) == [1]


async def test_a_table_made_anew_takes_no_rows_of_others_with_it(path: Path) -> None:
    first = """CREATE TABLE jobs (id INTEGER PRIMARY KEY);
        CREATE TABLE pictures (job_id INTEGER REFERENCES jobs (id) ON DELETE CASCADE);
        INSERT INTO jobs VALUES (1); INSERT INTO pictures VALUES (1);"""
    anew = """CREATE TABLE jobs_new (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO jobs_new SELECT id, '' FROM jobs; DROP TABLE jobs; ALTER TABLE jobs_new RENAME TO jobs;"""
    async with opened(path, [first]):
        pass
    async with opened(path, [first, anew]) as database:
        assert await database.read("SELECT job_id FROM pictures") == [(1,)]
        async with database.writing() as connection:
            await connection.execute("DELETE FROM jobs")
        assert await database.read("SELECT job_id FROM pictures") == []


@pytest.mark.parametrize("version", [2, 99])
async def test_a_file_of_a_newer_version_is_left_alone(path: Path, version: int) -> None:
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {version}")
        file.execute("CREATE TABLE later (thing)")
    with pytest.raises(StoreFailed, match="newer StyleSeal"):
        async with opened(path, NUMBERS):
            pass
    assert looked_up(path, "SELECT name FROM sqlite_schema") == [("later",)]
    assert looked_up(path, "PRAGMA user_version") == [(version,)]


@pytest.mark.parametrize("content", [b"no database" * 100, None])
async def test_what_is_no_database_is_a_sentence(path: Path, content: bytes | None) -> None:
    path.mkdir() if content is None else path.write_bytes(content)  # noqa: ASYNC240
    with pytest.raises(StoreFailed, match="bot's database"):
        async with opened(path):
            pass


TRIGGER = """CREATE TRIGGER counted AFTER INSERT ON numbers BEGIN
    UPDATE counts SET count = count + 1; DELETE FROM numbers WHERE number < 0; END;"""


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TABLE a (b); CREATE TABLE c (d)", ["CREATE TABLE a (b);", "CREATE TABLE c (d);"]),
        ("INSERT INTO a VALUES ('x;y');\n", ["INSERT INTO a VALUES ('x;y');"]),
        ("-- first; this\nDELETE FROM a; /* and; that */ DELETE FROM b;", ["DELETE FROM a;", "DELETE FROM b;"]),
        (TRIGGER + "DELETE FROM a", [TRIGGER, "DELETE FROM a;"]),
        ('CREATE TABLE "a;b" (c);', ['CREATE TABLE "a;b" (c);']),
        ("  \n;;\n", []),
        ("", []),
    ],
)
def test_a_script_is_taken_apart_where_its_statements_end(script: str, said: list[str]) -> None:
    found = [one.strip() for one in statements(script)]
    assert len(found) == len(said)
    assert all(one.endswith(expected) for one, expected in zip(found, said, strict=True))


@pytest.mark.parametrize(
    "script", [f"CREATE TABLE counts (count); INSERT INTO counts VALUES (0); {TRIGGER} -- the end;", None]
)
async def test_a_migration_may_have_triggers_texts_and_comments(path: Path, script: str | None) -> None:
    script = script or f"/* begins; */ CREATE TABLE counts (count); INSERT INTO counts VALUES (0);\n{TRIGGER}\n\n"
    async with opened(path, [*NUMBERS, script]) as database:
        await write(database, 1, 2)
        assert await database.read("SELECT count FROM counts") == [(2,)]


async def test_a_migration_that_stops_in_the_middle_is_refused(path: Path) -> None:
    with pytest.raises(StoreFailed, match="incomplete"):
        async with opened(path, [*NUMBERS, TRIGGER.removesuffix("END;")]):
            pass


# Transactions


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def fails() -> None:
        async with database.writing() as connection:
            await connection.execute("INSERT INTO numbers VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await numbers(database) == []
    await write(database, 2)
    assert await numbers(database) == [2]


async def test_a_statement_that_cannot_be_done_takes_its_transaction_with_it(database: Database) -> None:
    with pytest.raises(StoreFailed, match=r"could not be written: UNIQUE"):
        await write(database, 1, 2, 1)
    assert await numbers(database) == []


@pytest.mark.parametrize("again", [0, 1, 2])
async def test_whatever_moment_a_transaction_is_cancelled_in_it_is_kept_whole_or_not(
    database: Database, again: int
) -> None:
    """Cancelled after so many turns of the loop, until it is over before; and right after that once more, or twice."""
    kept, cancelled = [], []
    for turns in itertools.count():
        task = asyncio.create_task(write(database, 2 * turns, 2 * turns + 1))
        for _ in range(turns):
            await asyncio.sleep(0)
        was_over = task.done()
        for _ in range(1 + again):
            task.cancel()
            await asyncio.sleep(0)
        await write(database, -turns - 1)
        await asyncio.wait([task])
        kept.append(len(await database.read("SELECT number FROM numbers WHERE number >= ?", 2 * turns)))
        cancelled.append(task.cancelled())
        if was_over:
            break
    assert set(kept) == {0, 2}
    assert all(cancelled[turns] for turns, count in enumerate(kept) if count == 0)
    assert (kept[0], kept[-1]) == (0, 2)
    assert len(await database.read("SELECT number FROM numbers WHERE number < 0")) == len(kept)


@pytest.mark.parametrize("at", ["BEGIN IMMEDIATE", "INSERT INTO numbers VALUES (2)", "COMMIT", "ROLLBACK"])
@pytest.mark.parametrize("often", [1, 2, 3])
async def test_cancelled_while_a_statement_is_carried_out_nothing_half_is_kept(
    database: Database, at: str, often: int
) -> None:
    """The connection's thread is in the middle of it when its task is cancelled, and cancelled again while it takes
    back what it did."""
    async with _held_up(database, at) as (reached, go):
        task = asyncio.create_task(write(database, 1, 2, *([2] if at == "ROLLBACK" else [])))
        await reached.wait()
        for _ in range(often):
            task.cancel()
            await asyncio.sleep(0)
        following = asyncio.create_task(write(database, 3))
        await asyncio.sleep(0)
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await following
    assert await numbers(database) == ([1, 2, 3] if at == "COMMIT" else [3])


@asynccontextmanager
async def _held_up(database: Database, at: str) -> AsyncIterator[tuple[asyncio.Event, threading.Event]]:
    """The thread stops in front of a statement, the first time it comes there: it is `reached`, and goes on at `go`."""
    reached, go, loop = asyncio.Event(), threading.Event(), asyncio.get_running_loop()

    def traced(statement: str) -> None:
        if statement == at:
            loop.call_soon_threadsafe(reached.set)
            go.wait()

    await database.connection.set_trace_callback(traced)
    try:
        yield reached, go
    finally:
        go.set()
        await database.connection.set_trace_callback(None)  # type: ignore[arg-type]


async def test_a_transaction_within_another_of_the_same_task_is_a_mistake_and_says_so(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute("INSERT INTO numbers VALUES (1)")
        with pytest.raises(RuntimeError, match="in a transaction already"):
            async with asyncio.timeout(30):  # it would wait for ever
                await write(database, 2)
    assert await numbers(database) == [1]
    await write(database, 3)
    assert await numbers(database) == [1, 3]


async def test_writers_take_turns_in_the_order_in_which_they_came(database: Database) -> None:
    order = []

    async def one(number: int) -> None:
        async with database.writing() as connection:
            await connection.execute("INSERT INTO numbers VALUES (?)", (number,))
            order.append(number)
            await asyncio.sleep(0)
            await connection.execute("UPDATE numbers SET number = -number WHERE number = ?", (number,))

    await asyncio.gather(*map(one, range(1, 21)))
    assert order == list(range(1, 21))
    assert await numbers(database) == [-number for number in range(20, 0, -1)]


# Reading


async def test_a_reader_sees_what_was_committed_and_waits_for_no_writer(database: Database) -> None:
    await write(database, 1)
    async with database.writing() as connection:
        await connection.execute("INSERT INTO numbers VALUES (2)")
        assert await numbers(database) == [1]
    assert await numbers(database) == [1, 2]


async def test_a_reader_reads_while_the_writers_thread_is_busy(database: Database) -> None:
    await write(database, 1)
    async with _held_up(database, "COMMIT") as (reached, go):
        writing = asyncio.create_task(write(database, 2))
        await reached.wait()
        assert await numbers(database) == [1]
        go.set()
        await writing
    assert await numbers(database) == [1, 2]


async def test_a_reader_that_was_cancelled_leaves_the_next_ones_in_the_present(database: Database) -> None:
    await write(database, *range(100))
    for turns in range(20):
        reading = asyncio.create_task(database.read("SELECT number FROM numbers"))
        for _ in range(turns):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
        await write(database, 100 + turns)
        assert len(await numbers(database)) == 101 + turns


async def test_what_is_written_can_be_brought_out_of_the_log(database: Database, path: Path) -> None:
    await write(database, 1)
    assert _size_of_log(path) > 0
    await database.empty_log()
    assert _size_of_log(path) == 0
    assert await numbers(database) == [1]


async def test_while_another_program_reads_the_past_the_log_is_said_not_to_be_empty(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_EMPTYING_MILLISECONDS", 1)
    await write(database, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM numbers").fetchall()
        await write(database, 2)
        with pytest.raises(StoreFailed, match="could not be emptied: another program reads"):
            await database.empty_log()
    await database.empty_log()
    assert _size_of_log(path) == 0
    [(waits,)] = await database.connection.execute_fetchall("PRAGMA busy_timeout")
    assert waits == module._BUSY_MILLISECONDS


def _size_of_log(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


async def test_nothing_is_written_by_reading(database: Database) -> None:
    with pytest.raises(StoreFailed, match="could not be read: attempt to write"):
        await database.read("INSERT INTO numbers VALUES (1) RETURNING number")
    assert await numbers(database) == []


async def test_a_question_that_makes_no_sense_is_a_sentence(database: Database) -> None:
    with pytest.raises(StoreFailed, match="could not be read: no such table: nowhere"):
        await database.read("SELECT * FROM nowhere")


# What others and the disk do


async def test_locked_by_another_program_it_says_so_and_can_still_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUSY_MILLISECONDS", 0)
    async with opened(path, NUMBERS) as database:
        await write(database, 1)
        with locked(path):
            with pytest.raises(StoreFailed, match="another program has kept it locked for too long; end that one"):
                await write(database, 2)
            assert await numbers(database) == [1]
        await write(database, 3)
        assert await numbers(database) == [1, 3]


async def test_it_waits_for_another_program_that_writes(database: Database, path: Path) -> None:
    async with _held_up(database, "BEGIN IMMEDIATE") as (reached, go):
        with locked(path):
            writing = asyncio.create_task(write(database, 1))
            await reached.wait()
            go.set()
            await asyncio.sleep(0)
            assert not writing.done()
        await writing
    assert await numbers(database) == [1]


async def test_a_full_disk_is_a_sentence_and_once_there_is_room_it_goes_on(database: Database) -> None:
    async def fill() -> None:
        async with database.writing() as connection:
            await connection.execute("CREATE TABLE more AS SELECT randomblob(100000) AS bytes")

    await write(database, 1)
    [(pages,)] = await database.connection.execute_fetchall("PRAGMA page_count")
    await database.connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(2):
        with pytest.raises(StoreFailed, match="the disk is full; free some of it"):
            await fill()
        assert await numbers(database) == [1]
    await write(database, 2)  # there is room on the pages it has
    await database.connection.execute("PRAGMA max_page_count = 1000000")
    await fill()
    assert await numbers(database) == [1, 2]
    assert await database.read("SELECT length(bytes) FROM more") == [(100_000,)]


# One at a time on a folder

HOLDER = """
import asyncio, sys
from pathlib import Path
from bot.store.database import opened

async def main():
    async with opened(Path(sys.argv[1])) as database:
        async with database.writing() as connection:
            await connection.execute("INSERT INTO kept (name, value) VALUES ('a', 'half')")
            print("held", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_second_one_on_the_same_folder_is_told_of_the_first_until_that_is_killed(path: Path) -> None:
    command = (sys.executable, "-c", HOLDER, str(path))
    first = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert first.stdout is not None
        assert await first.stdout.readline() == b"held\n"
        with pytest.raises(FolderTaken, match=rf"Another StyleSeal runs on this data folder \(pid {first.pid}\)"):
            async with opened(path):
                pass
    finally:
        first.kill()
        await first.wait()
    async with opened(path) as database:
        assert await database.read("SELECT * FROM kept") == []


async def test_it_is_alone_on_its_folder_within_its_own_process_too(path: Path) -> None:
    async with opened(path):
        with pytest.raises(FolderTaken):
            async with opened(path.with_name("another.sqlite")):
                pass
    async with opened(path):
        pass


async def test_a_file_that_cannot_be_used_leaves_the_folder_free(path: Path) -> None:
    path.write_bytes(b"no database" * 100)  # noqa: ASYNC240
    with pytest.raises(StoreFailed):
        async with opened(path):
            pass
    with held(path.parent):
        pass


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnusable, match="cannot be used"), held(tmp_path / "file" / "data"):
        pass


def test_a_file_system_without_locks_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", no_locks)
    with pytest.raises(FolderUnusable, match="cannot be locked: No locks available"), held(tmp_path):
        pass
