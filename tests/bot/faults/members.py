"""Members as people are: who is told that something failed asks again, and who finds a Collect button presses it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playground.testing import Playground, Refusal
from playground.testing.person import HasId
from tests.bot.faults.judge import Intention, button

Json = dict[str, Any]
SECONDS = 45.0
"""For a picture, whatever goes wrong on its way."""
_TOLD = ("INTERACTION", "MESSAGE_CREATE", "MESSAGE_UPDATE")
_AGAIN = ("I am about to start again", "Something went wrong", "I cannot write")
"""What an answer begins with that asks for another try."""


def wants(playground: Playground, who: HasId, channel: HasId, prompt: str, **options: Any) -> Intention:
    return Intention(playground.as_(who), channel, prompt, options)


async def asked(one: Intention, until: Callable[[Json], bool] | None = None, seconds: float = SECONDS) -> Json:
    """Asks until it is answered with a message, or one that fits, and gives that. Raises `AssertionError` where nothing
    of that kind comes."""
    fits = until or (lambda message: bool(message["components"]))
    async with asyncio.timeout(seconds):
        while True:
            since = len(one.member.events)
            used = await one.member.run(one.channel, one.command, prompt=one.prompt, **one.options)
            one.interactions.append(used.id)
            told = await one.member.event(
                _TOLD, lambda data, id=used.id: _is_end(one, data, id, fits), since=since, seconds=seconds
            )
            if "state" not in told and fits(told) and one.owns(told):
                return told


async def painted(one: Intention, seconds: float = SECONDS) -> Json:
    """Asks until the picture is there, and presses Collect where that is what it takes."""
    told = await asked(one, lambda message: one.is_picture(message) or button(message, "collect") is not None, seconds)
    return told if one.is_picture(told) else await collects(one, seconds)


async def sees(one: Intention, fits: Callable[[Json], bool] | None = None, seconds: float = SECONDS) -> Json:
    """The picture of what was asked for, or a message of it that fits."""
    wanted = fits or one.is_picture
    return await one.member.event(
        _TOLD[1:], lambda data: "content" in data and one.owns(data) and wanted(data), seconds=seconds
    )


async def collects(one: Intention, seconds: float = SECONDS) -> Json:
    """Presses Collect wherever it is offered, until the picture is there."""
    async with asyncio.timeout(seconds):
        while True:
            message = next(message for message in await one.member.messages(one.channel) if one.owns(message))
            if one.is_picture(message):
                return message
            since = len(one.member.events)
            if (collect := button(message, "collect")) is not None:
                with suppress(Refusal):  # it changed meanwhile
                    await one.member.click(message, collect)
            with suppress(AssertionError):
                return await one.member.event(
                    _TOLD[1:],
                    lambda data: "content" in data and one.is_picture(data),
                    since=since,
                    seconds=2.0,
                )


def _is_end(one: Intention, data: Json, interaction: str, fits: Callable[[Json], bool]) -> bool:
    """Of one time of asking: what it waited for, or a failure that asks for another try."""
    if "state" in data:
        return bool(data["interaction"] == interaction and data["state"] == "failed")
    if (data.get("interaction_metadata") or {}).get("id") == interaction and data["content"].startswith(_AGAIN):
        return True
    return "content" in data and one.owns(data) and fits(data)
