"""What became of each thing that a member wanted, by what stands in the channels and what everybody has seen."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.testing import Person, Playground
from playground.testing.person import HasId
from tests.bot.acting import pictures

Json = dict[str, Any]
IN_PERSON = "could not show it"
"""What somebody is told in direct messages."""


@dataclass(eq=False)
class Intention:
    """Something a member wants painted, whatever it takes; nobody else's prompt is the same."""

    member: Person
    channel: HasId
    prompt: str
    options: Json = field(default_factory=dict)
    interactions: list[str] = field(default_factory=list)
    """One for each time it was asked for."""
    command: str = "paint"

    @property
    def is_private(self) -> bool:
        return bool(self.options.get("private"))

    def owns(self, message: Json) -> bool:
        asked = (message.get("interaction_metadata") or {}).get("id") in self.interactions
        return asked or self.is_picture(message)

    def is_picture(self, message: Json) -> bool:
        return pictures(message) and f"> {self.prompt}," in f"{message['content'].splitlines()[0]},"


def waits(message: Json) -> bool:
    """Whether it promises that something will come of it."""
    return button(message, "cancel") is not None or button(message, "collect") is not None


def button(message: Json, name: str) -> str | None:
    """The custom_id of such a button, in whatever language it is."""
    ids = [part.get("custom_id", "") for row in message["components"] for part in row["components"]]
    return next((id for id in ids if id.startswith(f"{name}:")), None)


def picture_messages(person: Person, intention: Intention) -> set[str]:
    """The ids of all messages in which that person has ever seen the picture, also of those that are gone."""
    names = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
    told = [event["data"] for event in person.events if event["name"] in names]
    return {message["id"] for message in told if "content" in message and intention.is_picture(message)}


async def wrong_with(playground: Playground, intentions: Sequence[Intention]) -> list[str]:
    """In words; nothing where each has exactly one final picture, and no message still promises one."""
    wrong: list[str] = []
    for one in intentions:
        owned = [message for message in await one.member.messages(one.channel, limit="500") if one.owns(message)]
        wrong += [f"{one.prompt}: {sentence}" for sentence in _of_messages(one, owned)]
        seen = picture_messages(one.member, one)
        if len(seen) > 1:
            wrong.append(f"{one.prompt}: its picture was seen in {len(seen)} messages")
        if one.is_private and await _is_seen_by_others(playground, one):
            wrong.append(f"{one.prompt}: somebody else sees it")
    return wrong


async def left_waiting(playground: Playground, intentions: Sequence[Intention]) -> list[str]:
    """In words, where they need not end with a picture: that a message still promises one."""
    return [
        f"{one.prompt}: a message is left at {message['content']!r}"
        for one in intentions
        for message in await one.member.messages(one.channel, limit="500")
        if one.owns(message) and waits(message)
    ]


async def told_in_person(playground: Playground, intentions: Sequence[Intention]) -> list[str]:
    """In words, that their members were not told once for each that it cannot be shown."""
    members = {one.member for one in intentions}
    told = sum(len(_told_in_person(member)) for member in members)
    return [] if told == len(intentions) else [f"members were told {told} times of {len(intentions)} pictures"]


def _told_in_person(member: Person) -> set[str]:
    made = [event["data"] for event in member.events if event["name"] == "MESSAGE_CREATE"]
    return {message["id"] for message in made if IN_PERSON in message["content"]}


def _of_messages(one: Intention, owned: Sequence[Json]) -> list[str]:
    final = [message for message in owned if one.is_picture(message)]
    wrong = [] if len(final) == 1 else [f"it has {len(final)} pictures"]
    return wrong + [f"a message is left at {message['content']!r}" for message in owned if waits(message)]


async def _is_seen_by_others(playground: Playground, one: Intention) -> bool:
    demo = playground.demo
    other = next(user for user in (demo.owner, demo.moderator) if user.id != one.member.id)
    return any(map(one.owns, await playground.messages(one.channel, other)))


async def settled(data: Path, seconds: float = 40.0) -> None:
    """Waits until the bot has nothing left to do: no job is open, and no letter on its way that could arrive. Raises
    `AssertionError` with what is left."""
    left: list[Any] = []
    try:
        async with asyncio.timeout(seconds):
            while left := _left(data):  # noqa: ASYNC110 it is in another process
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"after {seconds} s the bot still has {left}") from None


def _left(data: Path) -> list[Any]:
    with closing(sqlite3.connect(f"file:{data / 'bot.sqlite'}?mode=ro", uri=True, timeout=10)) as file:
        jobs = "SELECT state, request FROM jobs WHERE state IN ('asked', 'waiting', 'painting')"
        return [*file.execute(jobs), *file.execute("SELECT key, form FROM outbox WHERE held = 0")]


def held(data: Path) -> int:
    """How many letters wait for a click."""
    with closing(sqlite3.connect(f"file:{data / 'bot.sqlite'}?mode=ro", uri=True, timeout=10)) as file:
        return int(file.execute("SELECT COUNT(*) FROM outbox WHERE held = 1").fetchone()[0])
