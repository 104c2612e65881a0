"""Adding adapters to a server through Discord, and the hosts they are fetched from."""

import json
import sqlite3
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import trustme

from adapters.library import Kept, Library
from playground.testing import Person, Playground
from tests.adapters.sources.internet import NAMES, Internet
from tests.adapters.whole_files import lora_file

Json = dict[str, Any]
SAID = {"modelspec.trigger_phrase": "in ink style", "modelspec.title": "Ink, by hand", "modelspec.author": "Ada"}


def ink(number: int = 0, **said: str) -> bytes:
    """A sound file, another one for each number."""
    return lora_file(metadata=SAID | {f"modelspec.{name}": one for name, one in said.items()} | {"n": str(number)})


@asynccontextmanager
async def hosts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Internet]:
    """The bots that are started inside find every host here."""
    authority, file = trustme.CA(), folder / "authority.pem"
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*NAMES).configure_cert(tls)
    authority.cert_pem.write_to_path(str(file))
    async with Internet(tls, ssl.create_default_context()) as internet:
        monkeypatch.setenv("INTERNET", json.dumps({"port": internet.port, "authority": str(file)}))
        monkeypatch.setenv("STYLESEAL_ADAPTER_HOSTS", "files.example.org")
        yield internet


def words_of(message: Json) -> str:
    """All the words of a message, its embeds' among them."""
    words: list[str] = [message["content"]]
    for embed in message["embeds"]:
        words += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        words += [f"{field['name']}: {field['value']}" for field in embed.get("fields", ())]
    return "\n".join(words)


def is_panel(message: Json) -> bool:
    return bool(message["embeds"]) and bool(message["components"])


def is_over(message: Json) -> bool:
    """Whether nothing more comes of an addition: there is nothing to stop any more."""
    return not message["components"] and not message["content"].endswith("…")


async def added(person: Person, channel: Any, /, *, seconds: float = 20.0, **given: Any) -> Json:
    """The panel that comes in the end."""
    return await (await person.run(channel, "adapter add", **given)).message(is_panel, seconds=seconds)


async def not_added(person: Person, channel: Any, /, **given: Any) -> str:
    """What is said instead."""
    message = await (await person.run(channel, "adapter add", **given)).message(is_over)
    assert message["only_you"]
    return words_of(message)


async def told(person: Person, channel: Any, command: str, /, **given: Any) -> str:
    """The words of the answer, which is for them alone."""
    message = await (await person.run(channel, command, **given)).message()
    assert message["only_you"]
    return words_of(message)


def kept(folder: Path, owner: Any = None) -> list[Kept]:
    """What the library has of a server's, or of all."""
    with closing(Library(folder / "data" / "adapters")) as library:
        return library.kept(None if owner is None else str(owner.id))


def trail(folder: Path, guild: Any) -> Sequence[tuple[str, int]]:
    """What was noted of a server, and who did it."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as database:
        return database.execute("SELECT kind, by FROM audit WHERE guild_id = ? ORDER BY id", (guild.id,)).fetchall()


async def filled_in(person: Person, panel: Json, /, **fields: str) -> Json:
    """The panel, once its Details were sent so; fields that are not given are left as they are."""
    form = await (await person.click(panel, "Details")).form()
    since = len(person.events)
    await person.submit(form, **fields)
    return await person.event("MESSAGE_UPDATE", lambda one: bool(one["id"] == panel["id"]), since=since)


async def clicked(person: Person, panel: Json, label: str, *words: str) -> Json:
    """The message, once it has all these words."""
    return await (await person.click(panel, label)).update(lambda one: all(word in words_of(one) for word in words))


def forged(playground: Playground, message: Json, old: str, new: str) -> Json:
    """The message with other custom_ids on it, as somebody may send them who does not use Discord's own client."""
    there = playground.state.world.messages[int(message["channel_id"])][int(message["id"])]
    there.components = json.loads(json.dumps(there.components).replace(old, new))
    return message | {"components": there.components}
