"""A picture is ready after its interaction's token has died: in the same message, or with a click on Collect; whoever
waited long is told, once."""

import asyncio
from typing import Any

import pytest

from playground.testing import Playground
from playground.world.permissions import bits
from tests.bot.faults.judge import Intention, button, held, settled, waits, wrong_with
from tests.bot.faults.lives import Lives, living, needs_fake
from tests.bot.faults.members import asked, collects, painted, sees, wants

pytestmark = needs_fake

TOKEN = {"seconds": {"bot.jobs.TOKEN_SECONDS": 1.0}}
ANNOUNCED = {"seconds": {"bot.outbox.ANNOUNCED_AFTER": 0.0}}


def offers(message: dict[str, Any]) -> bool:
    return button(message, "collect") is not None


async def offered(lives: Lives, one: Intention) -> dict[str, Any]:
    """The message with Collect, while its picture is not ready."""
    lives.hold()
    await asked(one)
    return await sees(one, offers)


async def until_held(lives: Lives) -> None:
    async with asyncio.timeout(20.0):
        while not held(lives.data):  # noqa: ASYNC110 it is in another process
            await asyncio.sleep(0.02)


async def test_a_public_one_comes_in_the_same_message(playground: Playground) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "late")
    async with living(playground) as lives:
        lives.hold()
        message = await asked(one)
        await playground.fault("expire_tokens")
        lives.release()
        assert (await sees(one))["id"] == message["id"]
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


@pytest.mark.parametrize("restarted", [False, True], ids=["", "by a bot that was killed meanwhile"])
async def test_a_private_one_that_is_ready_waits_for_the_click(playground: Playground, restarted: bool) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "private", private=True)
    async with living(playground, None, TOKEN) as lives:
        message = await offered(lives, one)
        lives.release()
        await until_held(lives)
        await playground.fault("expire_tokens")
        if restarted:
            await lives.kill()
            await lives.again()
        await one.member.click(message, button(message, "collect") or "")
        await sees(one)
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


async def test_a_click_before_it_is_ready_brings_it_when_it_is(playground: Playground) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "private", private=True)
    async with living(playground, None, {"seconds": {"bot.jobs.TOKEN_SECONDS": 3.0}}) as lives:
        message = await offered(lives, one)
        await playground.fault("expire_tokens")
        used = await one.member.click(message, button(message, "collect") or "")
        await used.acknowledged()
        lives.release()
        await sees(one)
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


async def test_two_clicks_in_a_row_bring_one_picture(playground: Playground) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "private", private=True)
    async with living(playground, None, TOKEN) as lives:
        message = await offered(lives, one)
        lives.release()
        await until_held(lives)
        collect = button(message, "collect") or ""
        first, second = await asyncio.gather(*(one.member.click(message, collect) for _ in range(2)))
        await asyncio.gather(first.acknowledged(), second.acknowledged(), sees(one))
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []
        assert held(lives.data) == 0


async def test_one_whose_collect_button_never_came_is_brought_by_a_click_on_cancel(playground: Playground) -> None:
    one = wants(playground, playground.demo.member, playground.demo.art, "private", private=True)
    async with living(playground) as lives:
        lives.hold()
        message = await asked(one)
        await playground.fault("expire_tokens")
        lives.release()
        await until_held(lives)
        await one.member.click(message, button(message, "cancel") or "")
        await sees(one)
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


@pytest.mark.parametrize("leave", [True, False], ids=["", "and may not speak through it in public"])
async def test_a_member_alone_has_the_bot_there(playground: Playground, leave: bool) -> None:
    demo = playground.demo
    app, guild = str(demo.app.id), str(demo.other.id)
    place = next(one for one in demo.other.channels.values() if one.name == "general")
    one = wants(playground, demo.member, place, "brought along")
    async with living(playground, None, TOKEN) as lives:
        await playground.as_(demo.member).post("user_install", application=app, installed=True)
        await playground.as_(demo.moderator).post("guild_install", application=app, guild=guild, installed=False)
        if not leave:
            silent = {"id": guild, "type": 0, "deny": str(bits("use_external_apps"))}
            await playground.as_(demo.moderator).post("channel", channel=str(place.id), permission_overwrites=[silent])
        message = await offered(lives, one)
        assert bool(message.get("only_you")) != leave
        lives.release()
        await until_held(lives)
        await playground.fault("expire_tokens")
        await collects(one)
        await settled(lives.data)
        assert await wrong_with(playground, [one]) == []


@pytest.mark.parametrize(
    "trouble", ["none", "reset", "502", "Post.send:before", "Post.send:after", "Outbox.sent:after"]
)
async def test_whoever_waited_long_is_told_once(playground: Playground, trouble: str) -> None:
    demo = playground.demo
    one = wants(playground, demo.member, demo.art, "waited for")
    async with living(playground, None, ANNOUNCED) as lives, lives.kept_alive():
        if trouble in ("reset", "502"):
            await playground.fault("lost", route="/channels/{channel_id}/messages", method="POST", how=trouble)
        elif trouble != "none":
            lives.kill_at(trouble)
        picture = await painted(one)
        told = await one.member.event("MESSAGE_CREATE", lambda message: "is ready" in message["content"], seconds=20.0)
        assert trouble in ("none", "reset", "502") or await lives.was_at(trouble)
        await settled(lives.data)
        all_told = [message for message in await playground.messages(demo.art) if "is ready" in message["content"]]
        assert [message["id"] for message in all_told] == [told["id"]]
        assert told["message_reference"]["message_id"] == picture["id"]
        assert str(demo.member.id) in [user["id"] for user in told["mentions"]]
        assert not waits(picture)
        assert await wrong_with(playground, [one]) == []
