"""Adapters on their way into a server's library: from the command until there is a draft, or a reason why not."""

from dataclasses import astuple, dataclass, fields

from bot.form import Letter
from bot.store.database import Database
from bot.store.outbox import put


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """`source` is the link that was given or, with a `file_name`, the signed address of an attachment of so many
    `bytes`. `token` is Discord's for the answer, good until `token_until`; moments are in Unix seconds."""

    id: str
    guild_id: int
    user_id: int
    source: str
    file_name: str = ""
    bytes: int = 0
    locale: str
    nsfw: bool = False
    """Whether the answer is in an age-restricted channel."""
    token: str
    token_until: float
    created_at: float
    tries: int = 0
    """How often it was begun."""

    @property
    def owner(self) -> str:
        """As the library knows the server."""
        return str(self.guild_id)


_NAMES = [field.name for field in fields(Addition)]
_COLUMNS = ", ".join(_NAMES)
_MARKS = ", ".join("?" * len(_NAMES))


class Additions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, addition: Addition, most: int) -> bool:
        """Unless its server has so many already; whether it was added."""
        async with self._database.writing() as connection:
            counted = await connection.execute_fetchall(
                "SELECT COUNT(*) FROM additions WHERE guild_id = ?", (addition.guild_id,)
            )
            if next(count for (count,) in counted) >= most:
                return False
            await connection.execute(f"INSERT INTO additions ({_COLUMNS}) VALUES ({_MARKS})", astuple(addition))
        return True

    async def unfinished(self) -> list[Addition]:
        """In the order in which they came."""
        return await self._found("ORDER BY created_at")

    async def of_server(self, guild_id: int) -> list[Addition]:
        """In the order in which they came."""
        return await self._found("WHERE guild_id = ? ORDER BY created_at", guild_id)

    async def of_member(self, user_id: int) -> list[Addition]:
        """In the order in which they came."""
        return await self._found("WHERE user_id = ? ORDER BY created_at", user_id)

    async def get(self, id: str) -> Addition | None:
        found = await self._found("WHERE id = ?", id)
        return found[0] if found else None

    async def begun(self, id: str) -> None:
        """Once more."""
        async with self._database.writing() as connection:
            await connection.execute("UPDATE additions SET tries = tries + 1 WHERE id = ?", (id,))

    async def ended(self, id: str, letter: Letter | None) -> None:
        """It is not kept any more; the letter tells of what came of it, unless it was forgotten meanwhile."""
        async with self._database.writing() as connection:
            cursor = await connection.execute("DELETE FROM additions WHERE id = ?", (id,))
            if letter is not None and cursor.rowcount > 0:
                await put(connection, letter)

    async def _found(self, where: str, *values: object) -> list[Addition]:
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM additions {where}", *values)
        found = [dict(zip(_NAMES, row, strict=True)) for row in rows]
        return [Addition(**one | {"nsfw": bool(one["nsfw"])}) for one in found]
