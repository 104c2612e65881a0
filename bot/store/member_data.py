"""What is kept about a member, and by a server: in which tables, and what becomes of it when they go.

Every table is in `PARTS` or in `NOBODYS`; a test holds that against the schema, so that a new one is not forgotten.
"""

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.jobs import State
from bot.store.agenda import Item, note
from bot.store.database import Database, StoreFailed

log = logging.getLogger(__name__)
Json = dict[str, Any]
_OF_MEMBER = "SELECT id FROM jobs WHERE user_id = ?1"
_SERVER = "guild_id = ?1"
_OF_SERVER = f"SELECT id FROM jobs WHERE {_SERVER} AND by_bot = 1"
_REPORTING = "SELECT 'report-' || id || ':' || job_id FROM reports WHERE user_id = ?1"
"""Keys of the letters that tell of what a member reported."""
_TO_MEMBER = f"json_extract(target, '$.user') = ?1 OR key IN ({_REPORTING})"
_OPEN = tuple(str(state) for state in State if not state.is_over)
_TIMES = ("at", "due", "until")
_EXACT = 2**53
"""Whole numbers above are text in what is handed out: many programs that read JSON would round them."""
_BATCH = 500
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table. `member` and `server` are the conditions for the rows about one, whose id is ?1; empty for none.

    What happens to a member's rows is that they are deleted, unless `forgotten` says it otherwise. `secret` are columns
    that nobody is handed.
    """

    table: str
    member: str = ""
    server: str = ""
    forgotten: tuple[str, ...] | None = None
    secret: tuple[str, ...] = ()

    def forgetting(self) -> tuple[str, ...]:
        deleted = (f"DELETE FROM {self.table} WHERE {self.member}",) if self.member else ()
        return deleted if self.forgotten is None else self.forgotten


def _letters(jobs: str) -> str:
    """The rows of the outbox about those jobs, whether they go into their messages or tell of them."""
    return f"(job_id IN ({jobs}) OR substr(key, instr(key, ':') + 1) IN ({jobs}))"


PARTS: tuple[Part, ...] = (
    # In the order in which they go: jobs last, since the others are found by them.
    Part(
        table="outbox",
        # What tells of a report on their picture says who made it: that goes with the picture, and is not handed out.
        member=f"(({_letters(_OF_MEMBER)}) AND key NOT LIKE 'report-%') OR {_TO_MEMBER}",
        forgotten=(f"DELETE FROM outbox WHERE {_letters(_OF_MEMBER)} OR {_TO_MEMBER}",),
        server=_letters(_OF_SERVER),
    ),
    Part(
        table="agenda",
        member=f"key IN ({_OF_MEMBER}) OR (kind = 'forget' AND key = CAST(?1 AS TEXT))",
        server=f"key IN ({_OF_SERVER})",
    ),
    Part(table="preferences", member="user_id = ?1"),
    Part(table="styles_used", member="user_id = ?1"),
    # A blend is its member's own: where a server goes, it is shared there no more.
    Part(table="blends_shared", member="user_id = ?1", server=_SERVER),
    Part(table="blends", member="user_id = ?1"),
    Part(
        table="blocks",
        member="user_id = ?1",
        server=_SERVER,
        # Those that hold stay, for they protect others; who made them is not kept any more.
        forgotten=(
            "DELETE FROM blocks WHERE user_id = ?1 AND until <= CAST(strftime('%s', 'now') AS REAL)",
            "UPDATE blocks SET by = 0 WHERE by = ?1",
        ),
        secret=("by",),
    ),
    # What somebody reported is theirs; those whose picture it was are not told who did.
    Part(table="reports", member="user_id = ?1", server=_SERVER),
    Part(table="servers", server=_SERVER),
    Part(table="additions", member="user_id = ?1", server=_SERVER, secret=("token", "token_until")),
    # What somebody did stays on the trail of the server, without who it was; what was done to somebody does not.
    Part(
        table="audit",
        member="by = ?1 OR about = ?1",
        server=_SERVER,
        forgotten=("UPDATE audit SET by = 0 WHERE by = ?1", "DELETE FROM audit WHERE about = ?1"),
        secret=("by",),
    ),
    Part(table="pictures", member=f"job_id IN ({_OF_MEMBER})", server=f"job_id IN ({_OF_SERVER})"),
    # What members painted in a server with a bot of their own is theirs, not the server's.
    Part(
        table="jobs",
        member="user_id = ?1",
        server=f"{_SERVER} AND by_bot = 1",
        secret=("token", "token_until", "interaction_id"),
    ),
)
NOBODYS = {"kept": "small facts of the bot itself, such as which commands Discord was told"}


class MemberData:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_member(self, user_id: int) -> dict[str, list[Json]]:
        """Every row about them, by table, for them to read."""
        return {part.table: await self._rows(part, user_id) for part in PARTS if part.member}

    async def jobs_of_member(self, user_id: int) -> list[str]:
        """All of them, the latest first."""
        rows = await self._database.read(f"{_OF_MEMBER} ORDER BY created_at DESC", user_id)
        return [id for (id,) in rows]

    async def jobs_of_server(self, guild_id: int) -> list[str]:
        return [id for (id,) in await self._database.read(_OF_SERVER, guild_id)]

    async def open_of(self, ids: Iterable[str]) -> list[str]:
        """Those of the jobs that are not painted yet."""
        states = ", ".join(f"'{state}'" for state in _OPEN)  # named, as the index names them
        rows = await self._database.read(f"SELECT id FROM jobs WHERE state IN ({states}) ORDER BY created_at")
        wanted = set(ids)
        return [id for (id,) in rows if id in wanted]

    async def room_of(self, user_id: int) -> tuple[int, int]:
        """How many pictures of a member are kept, and their bytes."""
        rows = await self._database.read(
            "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM pictures WHERE user_id = ? AND bytes > 0", user_id
        )
        return int(rows[0][0]), int(rows[0][1])

    async def forget(self, user_id: int) -> int:
        """All or nothing; how many blocks stay. What was deleted cannot be read out of the file any more, either; where
        somebody reads it at this moment, such as a backup, that is on the agenda."""
        async with self._database.writing() as connection:
            for part in PARTS:
                for statement in part.forgetting():
                    await connection.execute(statement, (user_id,))
        # The log beside the database has it still, until it is emptied into it.
        try:
            await self._database.empty_log()
        except StoreFailed as wrong:
            log.warning("what a member wanted forgotten is deleted, and can still be read: %s", wrong.sentence)
            async with self._database.writing() as connection:
                await note(connection, Item("forget", str(user_id), time.time() + _AGAIN_SECONDS))
        return int((await self._database.read("SELECT COUNT(*) FROM blocks WHERE user_id = ?", user_id))[0][0])

    async def purge(self, guild_id: int) -> None:
        """A server's rows, all or nothing. Raises `StoreFailed` also where they can still be read out of the log."""
        async with self._database.writing() as connection:
            for part in PARTS:
                if part.server:
                    await connection.execute(f"DELETE FROM {part.table} WHERE {part.server}", (guild_id,))
        await self._database.empty_log()

    async def servers(self) -> set[int]:
        """Those of which anything is kept."""
        selects = [
            f"SELECT DISTINCT guild_id FROM {part.table} WHERE {part.server.replace(_SERVER, 'guild_id IS NOT NULL')}"
            for part in PARTS
            if part.server.startswith(_SERVER)
        ]
        rows = await self._database.read(" UNION ".join(selects))
        return {guild_id for (guild_id,) in rows}

    async def needed(self, ids: Iterable[str], since: float) -> set[str]:
        """Those of the jobs whose files are still for something: a picture that is kept, or one yet to come; and all
        that were made since then (Unix seconds)."""
        asked, found = list(ids), set[str]()
        alive = ", ".join(f"'{state}'" for state in (*_OPEN, State.PAINTED))
        for start in range(0, len(asked), _BATCH):
            some = asked[start : start + _BATCH]
            rows = await self._database.read(
                f"SELECT id FROM jobs WHERE id IN ({', '.join('?' * len(some))}) AND (state IN ({alive}) "
                "OR created_at > ? OR EXISTS (SELECT 1 FROM pictures WHERE job_id = jobs.id AND bytes > 0))",
                *some,
                since,
            )
            found |= {id for (id,) in rows}
        return found

    async def _rows(self, part: Part, user_id: int) -> list[Json]:
        info = await self._database.read("SELECT name FROM pragma_table_info(?) ORDER BY cid", part.table)
        names = [name for (name,) in info if name not in part.secret]
        columns = '", "'.join(names)
        rows = await self._database.read(f'SELECT "{columns}" FROM {part.table} WHERE {part.member}', user_id)
        return [{name: _readable(name, value) for name, value in zip(names, row, strict=True)} for row in rows]


def _readable(name: str, value: Any) -> Any:
    """As people and their programs read it: moments written out, long numbers as text, JSON as what it means."""
    if isinstance(value, float) and (name in _TIMES or name.endswith("_at")):
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds") if value else None
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
