"""Pictures, pages and answers in the tests of `/history` and `/show`."""

import asyncio
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.testing import Person, Playground
from tests.bot.acting import pictures

Json = dict[str, Any]
NOT_YOURS = "That picture is not known here, or not yours to see."


async def painted(person: Person, channel: Any, prompt: str, **given: Any) -> Json:
    """The finished message."""
    return await (await person.run(channel, "paint", prompt=prompt, **given)).message(pictures)


async def history(person: Person, channel: Any) -> Json:
    return await (await person.run(channel, "history")).message()


async def shown(person: Person, channel: Any, job: str) -> Json:
    return await (await person.run(channel, "show", job=job)).message()


async def delivered(folder: Path, job: str, seconds: float = 15.0) -> None:
    """The bot knows that the picture has arrived: a moment after it has."""
    async with asyncio.timeout(seconds):
        while True:
            if state_of(folder, job) == "done":
                return
            await asyncio.sleep(0.02)


def state_of(folder: Path, job: str) -> str:
    with sqlite3.connect(folder / "data" / "bot.sqlite") as file:
        return str(file.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone()[0])


def job_of(message: Json) -> str:
    found = re.search(r"again:([0-9a-f]{16})", str(message["components"]))
    assert found is not None, message
    return found[1]


def entries(page: Json) -> list[str]:
    """The words of a page, by picture."""
    return str(page["embeds"][0]["description"]).split("\n\n")


def files(message: Json) -> list[str]:
    return [one["filename"] for one in message["attachments"]]


def lose(folder: Path, job: str) -> None:
    """Its files, as when they are not kept any more."""
    for file in (folder / "data" / "pictures").rglob(f"{job}-*.png"):
        file.unlink()


def another_server(playground: Playground) -> Any:
    return next(iter(playground.demo.other.channels.values()))


async def direct(playground: Playground, person: Person) -> Any:
    """The channel of somebody's direct messages with the bot."""
    channel = await person.post("direct", **{"with": str(playground.demo.app.user.id)})
    return playground.demo.world.channel(int(channel["id"]))


def is_deleted(message: Json) -> Callable[[Json], bool]:
    return lambda one: one["id"] == message["id"] and one["content"] == "Deleted."


def hidden_from(user: Any) -> Json:
    """An overwrite."""
    return {"id": str(user.id), "type": 1, "allow": "0", "deny": str(1 << 10)}
