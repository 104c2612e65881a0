"""Styles of the library, as a server's admins and the operator put them there and switch them."""

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.library import EVERYONE, Library, Quota, State
from adapters.styles import Style
from bot.servers.settings import ServerSettings
from bot.store.database import opened
from bot.store.servers import Entry, ServerStore
from tests.adapters.files import tiny_adapter


def add_style(folder: Path, name: str, owner: str = EVERYONE, number: int | None = None, **fields: Any) -> None:
    """To the library of a bot, which may run; `number` makes the file another one."""
    data = tiny_adapter(1_000 + sum(name.encode()) if number is None else number)
    with closing(Library(folder / "data" / "adapters")) as library, library.files.draft() as draft:
        draft.write_bytes(data)
        style = Style(name=name, path=draft, sha256=hashlib.sha256(data).hexdigest(), **fields)
        library.add(draft, style, len(data), {}, owner, Quota())


def move_style(folder: Path, name: str, owner: str, state: State) -> None:
    with closing(Library(folder / "data" / "adapters")) as library:
        library.move(library.named(name, owner).id, state)


def purge_style(folder: Path, name: str, owner: str) -> None:
    with closing(Library(folder / "data" / "adapters")) as library:
        library.remove(name, owner)


async def set_for(folder: Path, guild_id: int, **settings: Any) -> None:
    """Before the bot runs."""
    async with opened(folder / "data" / "bot.sqlite") as database:
        kept = ServerSettings(**settings).to_json()
        await ServerStore(database).set(guild_id, kept, Entry(guild_id=guild_id, by=1, kind="settings", at=1.0), None)
