"""A server whose moderators have a log channel, and what is looked at there."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from bot.store.database import opened
from bot.store.servers import Entry, ServerStore
from playground.testing import Person, Playground
from tests.bot.acting import pictures

Json = dict[str, Any]
_VIEW = 1 << 10


async def with_log(playground: Playground, folder: Path, **settings: Any) -> None:
    """Before the bot is started: the channel that moderators alone see, which the bot sees as well."""
    demo = playground.demo
    (folder / "data").mkdir(exist_ok=True)
    async with opened(folder / "data" / "bot.sqlite") as database:
        entry = Entry(guild_id=demo.guild.id, by=demo.owner.id, kind="settings", at=time.time())
        kept = {"log_channel": str(demo.hidden.id)} | settings
        await ServerStore(database).set(demo.guild.id, kept, entry, None)
    allowed = {"id": str(demo.app.user.id), "type": 1, "allow": str(_VIEW), "deny": "0"}
    roles = [one for one in demo.guild.roles.values() if one.name == "Moderator"]
    rest = [
        {"id": str(demo.guild.id), "type": 0, "allow": "0", "deny": str(_VIEW)},
        {"id": str(roles[0].id), "type": 0, "allow": str(_VIEW), "deny": "0"},
    ]
    await playground.post("channel", channel=str(demo.hidden.id), permission_overwrites=[allowed, *rest])


async def logged(person: Person, playground: Playground, *words: str, seconds: float = 15.0) -> Json:
    """A moderator's view of the newest message of the log channel that has all these words."""
    channel = str(playground.demo.hidden.id)

    def fits(data: Json) -> bool:
        return data["channel_id"] == channel and all(one in data["content"] for one in words)

    return await person.event(("MESSAGE_CREATE", "MESSAGE_UPDATE"), fits, seconds=seconds)


async def reported(person: Person, message: Json, why: str = "", name: str = "Report") -> Json:
    """What somebody is told who reports that picture."""
    form = await (await person.menu(_Channel(message["channel_id"]), name, message)).form()
    return await (await person.submit(form, why=why)).message()


class _Channel:
    def __init__(self, id: str) -> None:
        self.id = int(id)


async def painted(person: Person, channel: Any, prompt: str, **given: Any) -> Json:
    """The finished message."""
    return await (await person.run(channel, "paint", prompt=prompt, **given)).message(pictures)


def rows(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Of the bot's database."""
    with sqlite3.connect(folder / "data" / "bot.sqlite") as file:
        return list(file.execute(statement, values))


def trail(folder: Path) -> list[str]:
    """The kinds of what was written down, the oldest first."""
    return [kind for (kind,) in rows(folder, "SELECT kind FROM audit WHERE kind != 'settings' ORDER BY id")]
