"""Rows in every table of the bot's database, whatever tables there are, and what is left of them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

_NUMBERS = count(1)


@dataclass(frozen=True)
class Life:
    """Of one member in one server, with one job; its words are in every row that has any."""

    user: int
    guild: int
    job: str
    words: str
    moderator: int = 888_000_000_000_000_001

    def marks(self) -> tuple[str, ...]:
        return str(self.user), self.job, self.words


def tables(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Each with its columns and their types."""
    with closing(sqlite3.connect(path)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        own = [name for name in names if not name.startswith("sqlite_")]
        return {name: [(row[1], row[2]) for row in file.execute(f"PRAGMA table_info({name})")] for name in own}


def fill(path: Path, life: Life) -> None:
    """One row about them in each."""
    with closing(sqlite3.connect(path)) as file, file:
        for table, columns in tables(path).items():
            if _is_there(file, table, life):
                continue
            values = [_value(table, name, kind, life) for name, kind in columns]
            file.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def _is_there(file: sqlite3.Connection, table: str, life: Life) -> bool:
    """Whether a server has one row there, and this one has it already."""
    key = [row[1] for row in file.execute(f"PRAGMA table_info({table})") if row[5]]
    return key == ["guild_id"] and bool(
        file.execute(f"SELECT 1 FROM {table} WHERE guild_id = ?", (life.guild,)).fetchall()
    )


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as file:
        return {table: file.execute(f"SELECT * FROM {table}").fetchall() for table in tables(path)}


def with_marks(path: Path, *marks: str) -> Iterator[str]:
    """The tables in which any of these is read anywhere."""
    for table, found in rows(path).items():
        if any(mark in str(row) for row in found for mark in marks):
            yield table


def _value(table: str, name: str, kind: str, life: Life) -> Any:
    own: dict[str, Any] = {
        "user_id": life.user,
        "guild_id": life.guild,
        "job_id": life.job,
        "key": life.job,
        "by": life.moderator,
        "about": life.user,
        "by_bot": 1,
        "state": "done",
        "target": json.dumps({"job": life.job, "channel": None, "reply_to": None, "user": None}),
        "form": json.dumps({"content": life.words}),
        "request": json.dumps({"prompt": life.words}),
        "token": "a-secret-token",
        "name": f"{life.words} {next(_NUMBERS)}",
    }
    if name == "id":
        return life.job if table == "jobs" else next(_NUMBERS)
    if name in own:
        return own[name]
    return {"INTEGER": next(_NUMBERS), "REAL": 1.5}.get(kind, life.words)


def kept(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What the running bot has, or had, in its database."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as file:
        return file.execute(statement).fetchall()


def files(folder: Path) -> list[Path]:
    return list((folder / "data" / "pictures").glob("*/*.png"))
