"""What members do while the bot is killed: each scenario passes the points that are killed in it, once each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playground.testing import Playground, Refusal
from tests.bot.faults.judge import IN_PERSON, Intention, button, held, left_waiting, told_in_person, wrong_with
from tests.bot.faults.lives import Lives
from tests.bot.faults.members import asked, collects, painted, sees, wants

EDIT = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


@dataclass(frozen=True)
class Stage:
    playground: Playground
    lives: Lives

    def wants(self, prompt: str, **options: Any) -> Intention:
        demo = self.playground.demo
        return wants(self.playground, demo.member, demo.art, prompt, **options)


Act = Callable[[Stage, Intention], Awaitable[Any]]


@dataclass(frozen=True)
class Scenario:
    act: Act
    options: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    """What BOT has."""
    styled: bool = False
    """In a style that the engine does not have yet."""
    command: str = "paint"
    also: Sequence[str] = ()
    """Points that are passed elsewhere as well, where it is another thing."""
    brings: bool = True
    """A picture, in the end."""
    wrong: Callable[[Playground, Sequence[Intention]], Awaitable[list[str]]] = wrong_with


async def plain(stage: Stage, one: Intention) -> None:
    await painted(one)


async def acknowledged_twice(stage: Stage, one: Intention) -> None:
    """The answer to the acknowledgement is lost."""
    await stage.playground.fault("lost", route=CALLBACK, method="POST", how="reset")
    await painted(one)


async def tried_again(stage: Stage, one: Intention) -> None:
    """The answer to an edit is lost."""
    stage.lives.hold()
    await asked(one)
    await sees(one, is_painted)
    await stage.playground.fault("lost", route=EDIT, method="PATCH", how="reset")
    stage.lives.release()
    await sees(one)


async def past_its_token(stage: Stage, one: Intention) -> None:
    stage.lives.hold()
    await asked(one)
    await stage.playground.fault("expire_tokens")
    stage.lives.release()
    await sees(one)


async def deleted_meanwhile(stage: Stage, one: Intention) -> None:
    stage.lives.hold()
    message = await asked(one)
    moderator = stage.playground.as_(stage.playground.demo.moderator)
    await moderator.post("delete", channel=message["channel_id"], message=message["id"])
    stage.lives.release()
    await sees(one)


async def collected(stage: Stage, one: Intention) -> None:
    """It is painted after its token has died, and fetched with a click."""
    stage.lives.hold()
    await asked(one)
    await sees(one, lambda message: button(message, "collect") is not None)
    stage.lives.release()
    await _until_held(stage)
    await collects(one)


async def crashed(stage: Stage, one: Intention) -> None:
    """The engine is killed while it paints."""
    stage.lives.hold()
    await asked(one)
    await sees(one, is_painted)
    stage.lives.kill_engine()
    stage.lives.release()
    await sees(one)


async def refused_for_good(stage: Stage, one: Intention) -> None:
    """Its channel is closed to the bot: the member is told in person."""
    stage.lives.hold()
    await asked(one)
    since = len(one.member.events)
    await stage.playground.fault("forbid", route=EDIT, method="PATCH", code=50001, times=20)
    stage.lives.release()
    await one.member.event("MESSAGE_CREATE", lambda message: IN_PERSON in message["content"], since=since, seconds=20)
    stage.playground.state.faults.clear()


async def cancelled(stage: Stage, one: Intention) -> None:
    stage.lives.hold()
    message = await asked(one)
    while (cancel := button(message, "cancel")) is not None:
        with suppress(Refusal, AssertionError):
            used = await one.member.click(message, cancel)
            await used.update(lambda message: not message["components"], seconds=4.0)
        message = await asked_message(one, message["id"])
    stage.lives.release()


async def asked_message(one: Intention, id: str) -> dict[str, Any]:
    """As it stands now."""
    return next(message for message in await one.member.messages(one.channel) if message["id"] == id)


def is_painted(message: dict[str, Any]) -> bool:
    return "▰" in message["content"] or "▱" in message["content"]


async def _until_held(stage: Stage) -> None:
    """Or brought already: what is ready waits for a click."""
    with suppress(TimeoutError):
        async with asyncio.timeout(10.0):
            while not held(stage.lives.data):  # noqa: ASYNC110 it is in another process
                await asyncio.sleep(0.02)


SHORT = {"seconds": {"bot.jobs.TOKEN_SECONDS": 1.0}}
OF_A_SHEET = ("Jobs.add", "Desk.next", "EngineLink.paint", "EngineLink.put_adapter", "Pictures.keep", "Jobs.painted")
SCENARIOS = {
    "plain": Scenario(plain, styled=True),
    "a sheet": Scenario(plain, {"count": 4}, styled=True, command="sweep", also=OF_A_SHEET),
    "acknowledged twice": Scenario(acknowledged_twice),
    "tried again": Scenario(tried_again),
    "past its token": Scenario(past_its_token),
    "deleted meanwhile": Scenario(deleted_meanwhile),
    "collected": Scenario(collected, {"private": True}, SHORT),
    "crashed": Scenario(crashed),
    "refused for good": Scenario(refused_for_good, brings=False, wrong=told_in_person),
    "cancelled": Scenario(cancelled, brings=False, wrong=left_waiting),
}
ELSEWHERE = {
    "Post.original": "acknowledged twice",
    "Outbox.later": "tried again",
    "Post.edit_by_bot": "past its token",
    "Post.send": "deleted meanwhile",
    "Post.find": "deleted meanwhile",
    "Jobs.moved_to_message": "deleted meanwhile",
    "Outbox.hold": "collected",
    "Outbox.release": "collected",
    "Outbox.of_job": "collected",
    "Jobs.renewed": "collected",
    "Jobs.token_died": "collected",
    "Post.take_over": "collected",
    "Delivery.take_over": "collected",
    "Delivery.last_words": "collected",
    "Collecting.due": "collected",
    "Collecting.collect": "collected",
    "AgendaStore.remove": "collected",
    "Jobs.crashed": "crashed",
    "EngineLink.models": "crashed",
    "Post.direct": "refused for good",
    "Desk.cancel": "cancelled",
    "AgendaStore.next": "collected",
}
"""Where a point is passed that a plain job does not pass."""
ASIDE = {
    "Outbox.add": "contests and reports",
    "Courier.send": "contests and reports",
    "Courier.run": "it is the life of the bot",
    "Agenda.run": "it is the life of the bot",
    "Agenda.at": "once a day",
    "AgendaStore.add": "once a day",
    "AgendaStore.get": "contests and reports",
    "AgendaStore.drop": "contests and reports",
    "Pictures.drop": "what is not kept any more",
    "Pictures.delete": "what is not kept any more",
    "Pictures.expire": "what is not kept any more",
    "Pictures.has": "painting over a picture",
    "Jobs.of_member": "`/history`",
    "Jobs.amount_since": "it is read just before `Jobs.add`",
    "Jobs.count_of_member": "`/history`",
    "Jobs.in_message": "a menu",
    "Jobs.latest_of_member": "completing",
    "Jobs.unfinished_of_guild": "completing",
    "Jobs.unfinished": "as it starts",
    "Desk.idle": "as it ends",
    "Courier.emptied": "as it ends",
    "EngineLink.adapters": "nobody asks yet",
}
"""What no job passes on its way, and why; the start has a test of its own."""
