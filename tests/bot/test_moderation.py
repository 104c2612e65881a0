"""`/moderation`: blocking, warning and the lists, for those who may moderate the server."""

import asyncio
import time
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import pytest

from bot.answers import Refused
from bot.commands.moderation import warn
from playground.testing import Person, Playground
from playground.world.permissions import bits
from tests.bot.acting import bot, buttons, pictures, refused
from tests.bot.looking import another_server
from tests.bot.moderators import logged, rows, trail, with_log

Json = dict[str, Any]
NOT_YOU = "This is for moderators: those who may manage messages or time members out."
HOSTILE = "@everyone <@1> ```\n# big\n> said\u200b\u202e ||x|| [a](https://example.com) " + "y" * 300


async def moderation(person: Person, channel: Any, name: str, **given: Any) -> Json:
    answer = await (await person.run(channel, f"moderation {name}", **given)).message()
    assert answer["only_you"]
    return answer


async def test_a_member_is_blocked_listed_and_unblocked_across_restarts(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    member, moderator, russian = map(playground.as_, (demo.member, demo.moderator, demo.russian))
    async with bot(playground, tmp_path):
        await moderator.open()
        told = await moderation(moderator, demo.art, "block", member=demo.member, until="day", why=HOSTILE[:300])
        ((until, why),) = rows(tmp_path, "SELECT until, why FROM blocks")
        assert (round((until - time.time()) / 3600), why) == (24, HOSTILE[:300].strip())
        assert told["content"] == f"<@{demo.member.id}> cannot use me here until <t:{round(until)}:f>."
        log = await logged(moderator, playground, "blocked", f"<@{demo.member.id}>")
        assert r"\@everyone \<\@1\>" in log["content"]
        assert (log["mentions"], log["mention_everyone"], len(log["content"].splitlines())) == ([], False, 1)
        assert (await moderation(moderator, demo.art, "block", member=demo.russian))["content"].endswith("any more.")
    async with bot(playground, tmp_path):
        refusal = await (await member.run(demo.art, "paint", prompt="a cat")).message()
        assert refusal["only_you"]
        assert r"\@everyone \<\@1\>" in refusal["content"]
        refusal = await (await russian.run(demo.art, "paint", prompt="a cat")).message()
        assert refusal["content"].startswith("Этот сервер не разрешает вам пользоваться мной.")
        # Elsewhere they go on.
        done = await (await member.run(another_server(playground), "paint", prompt="a cat")).message(pictures)
        assert done["attachments"]
        page = await moderation(moderator, demo.art, "blocked")
        (embed,) = page["embeds"]
        assert embed["title"] == "Blocked members: 2"
        assert embed["description"].index(str(demo.russian.id)) < embed["description"].index(str(demo.member.id))
        assert (f"by <@{demo.moderator.id}>" in embed["description"], len(embed["description"]) < 4_096) == (True, True)
        there = await moderation(playground.as_(demo.moderator), another_server(playground), "blocked")
        assert there["embeds"][0]["description"] == "Nobody is blocked here."
        told = await moderation(moderator, demo.art, "unblock", member=demo.member)
        assert told["content"] == f"<@{demo.member.id}> can use me again."
        told = await moderation(moderator, demo.art, "unblock", member=demo.member)
        assert told["content"] == f"<@{demo.member.id}> is not blocked here."
        done = await (await member.run(demo.art, "paint", prompt="a cat")).message(pictures)
        assert done["attachments"]
        assert trail(tmp_path) == ["member_blocked_until", "member_blocked", "member_unblocked"]
        assert await refused(playground) == []


async def test_blocking_cancels_what_waits_there_and_nothing_elsewhere(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    hold = tmp_path / "hold"
    hold.touch()
    async with bot(playground, tmp_path, hold=str(hold)):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        mine = [await (await member.run(demo.art, "paint", prompt=f"cat {n}")).message() for n in range(2)]
        other = await member.run(another_server(playground), "paint", prompt="a dog")
        await other.message()
        told = await moderation(moderator, demo.art, "block", member=demo.member, until="hour")
        assert told["content"].endswith("2 pictures of theirs were cancelled.")
        for message in mine:
            await member.event(
                "MESSAGE_UPDATE", lambda one, id=message["id"]: one["id"] == id and not one["components"]
            )
        answer = await (await member.run(demo.art, "queue")).message()
        assert answer["content"].startswith("This server does not let you use me until")
        hold.unlink()
        assert pictures(await other.message(pictures))
        assert rows(tmp_path, "SELECT COUNT(*) FROM jobs WHERE state = 'cancelled'") == [(2,)]
        assert await refused(playground) == []


async def test_neither_who_runs_the_server_nor_a_stranger_to_it_is_within_reach(
    playground: Playground, tmp_path: Path
) -> None:
    """A moderator may not shut an admin out of the settings, nor write to people of other servers."""
    demo = playground.demo
    world = demo.world
    admin, tidy = world.add_user("admin"), world.add_user("tidy")
    world.join(demo.guild, admin, None, world.add_role(demo.guild, "Admin", bits("manage_guild")))
    world.join(demo.guild, tidy, None, world.add_role(demo.guild, "Tidy", bits("manage_messages")))
    async with bot(playground, tmp_path):
        told = await moderation(playground.as_(tidy), demo.art, "block", member=admin)
        assert told["content"].startswith("That is a moderator, or somebody who runs")
        assert rows(tmp_path, "SELECT COUNT(*) FROM blocks") == [(0,)]
    interaction = mock.Mock(guild_id=1, user=mock.Mock(spec=discord.Member))
    interaction.response.defer, interaction.client.locale_of = mock.AsyncMock(), mock.AsyncMock(return_value="en")
    interaction.client.blocks.of = mock.AsyncMock(return_value=None)
    with pytest.raises(Refused) as wrong:
        await warn.callback(interaction, mock.Mock(spec=discord.User, id=5, bot=False), "spam")
    assert wrong.value.key == "mod_not_here"


async def test_nobody_else_can_moderate_and_no_moderator_is_blocked(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        people = (demo.member, demo.russian, demo.newcomer, demo.moderator, demo.owner)
        member, russian, newcomer, moderator, owner = map(playground.as_, people)
        for name, given in {
            "block": {"member": demo.newcomer},
            "unblock": {"member": demo.newcomer},
            "blocked": {},
            "warn": {"member": demo.newcomer, "why": "No."},
            "reports": {},
        }.items():
            assert (await moderation(member, demo.art, name, **given))["content"] == NOT_YOU
            assert (await moderation(russian, demo.art, name, **given))["content"].startswith("Это для модераторов")
            # A moderator of another server is nobody here, and the member is nobody there.
            given = given | ({"member": demo.moderator} if given else {})
            there = await moderation(member, another_server(playground), name, **given)
            assert there["content"] == NOT_YOU
        for target, why in {
            demo.moderator: "That is you.",
            demo.owner: "That is a moderator, or somebody who runs this server: I do not block them.",
            demo.app.user: "That is a bot.",
        }.items():
            assert (await moderation(moderator, demo.art, "block", member=target))["content"] == why
        blocked = await moderation(owner, demo.art, "block", member=demo.moderator)
        assert blocked["content"].startswith("That is a moderator")
        assert (await moderation(moderator, demo.art, "warn", member=demo.moderator, why="a"))[
            "content"
        ] == "That is you."
        assert rows(tmp_path, "SELECT COUNT(*) FROM blocks") == [(0,)]
        assert trail(tmp_path) == []
        assert not [one for one in newcomer.events if one["name"] == "MESSAGE_CREATE"]
        assert await refused(playground) == []


async def test_a_moderator_who_is_blocked_no_more_moderates(playground: Playground, tmp_path: Path) -> None:
    """As one who became a moderator afterwards."""
    demo = playground.demo
    async with bot(playground, tmp_path):
        owner, newcomer = playground.as_(demo.owner), playground.as_(demo.newcomer)
        await moderation(owner, demo.art, "block", member=demo.newcomer)
        role = next(one for one in demo.guild.roles.values() if one.name == "Moderator")
        demo.guild.members[demo.newcomer.id].roles.add(role.id)
        answer = await moderation(newcomer, demo.art, "unblock", member=demo.newcomer)
        assert answer["content"].startswith("This server does not let you use me.")


async def test_a_warning_comes_in_person_in_the_members_language(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        russian, moderator = playground.as_(demo.russian), playground.as_(demo.moderator)
        await moderator.open()
        await (await russian.run(demo.art, "prefs set", language="ru")).message()
        told = await moderation(moderator, demo.art, "warn", member=demo.russian, why=HOSTILE[:300])
        assert told["content"].startswith(f"The warning is on its way to <@{demo.russian.id}>.")
        letter = await russian.event("MESSAGE_CREATE", lambda one: "предупреждают вас" in one["content"], seconds=15.0)
        assert r"\@everyone \<\@1\>" in letter["content"]
        assert (letter["mention_everyone"], letter["mentions"]) == (False, [])
        await logged(moderator, playground, "warned", f"<@{demo.russian.id}>")
        assert trail(tmp_path) == ["member_warned"]
        assert await refused(playground) == []


async def test_the_list_of_the_blocked_has_pages(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        await moderation(moderator, demo.art, "block", member=demo.newcomer, why="x" * 300)
        rows(
            tmp_path,
            "INSERT INTO blocks (guild_id, user_id, until, why, by, at) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24) "
            "SELECT ?, 1000 + i, NULL, ?, 0, i FROM n",
            *(demo.guild.id, "`" * 300),
        )
        rows(tmp_path, "INSERT INTO blocks VALUES (?, 5, 1.0, '', 1, 1.0)", demo.guild.id)  # over long ago
        page = await moderation(moderator, demo.art, "blocked")
        assert page["embeds"][0]["title"] == "Blocked members: 25"
        assert buttons(page) == ["<", ">"]
        await moderator.click(page, ">")
        page = await moderator.event("MESSAGE_UPDATE", lambda one: one["id"] == page["id"] and "<@1010>" in str(one))
        await moderator.click(page, ">")
        page = await moderator.event("MESSAGE_UPDATE", lambda one: one["id"] == page["id"] and "<@1001>" in str(one))
        assert "by somebody" in page["embeds"][0]["description"]
        assert page["components"][0]["components"][1]["disabled"]
        # Somebody else who made up the button's id.
        there = playground.state.world
        copied = await member.run(demo.art, "paint", prompt="mine")
        done = await copied.message(pictures)
        there.messages[demo.art.id][int(done["id"])].components = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": ">", "custom_id": "blocked:1"}]},
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "r", "custom_id": "reports:0"}]},
        ]
        seen = next(one for one in await member.messages(demo.art) if one["id"] == done["id"])
        for label in (">", "r"):
            assert (await (await member.click(seen, label)).message())["content"] == NOT_YOU
        assert await refused(playground) == []


@pytest.mark.parametrize("prompt", ["a kind cat", "a rude cat"])
async def test_who_is_blocked_while_they_wait_gets_nothing_later(
    playground: Playground, tmp_path: Path, prompt: str
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    hold = tmp_path / "hold"
    hold.touch()
    async with bot(playground, tmp_path, hold=str(hold), flags_for="rude"):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        message = await (await member.run(demo.art, "paint", prompt=prompt)).message(
            lambda one: "1/4" in one["content"]
        )
        await moderation(moderator, demo.art, "block", member=demo.member)
        hold.unlink()
        await member.event("MESSAGE_UPDATE", lambda one: one["id"] == message["id"] and not one["components"])
        await asyncio.sleep(0.5)
        (seen,) = [one for one in await member.messages(demo.art) if one["id"] == message["id"]]
        assert seen["attachments"] == []
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(0,)]
