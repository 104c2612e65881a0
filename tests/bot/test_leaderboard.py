"""`/leaderboard`: places and ties, whose names are shown to whom, and who may change the message."""

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answers import Refused
from bot.stats import boards
from bot.stats.boards import Row, ranked
from playground.testing import Person, Playground, Refusal
from playground.world.surroundings import remove_member
from tests.bot.acting import bot, refused
from tests.bot.stats_rows import Done, put

Json = dict[str, Any]
HOSTILE = "@everyone **b** `c` \u202e<@1>"
GONE = 10**17


@dataclass(frozen=True)
class Place:
    """A channel as it is named in a request."""

    id: str


def words(message: Json) -> str:
    """All that a board says, without its lists and buttons."""

    def inside(part: Json) -> list[str]:
        own = [part["content"]] if "content" in part else []
        return own + [line for inner in part.get("components", ()) for line in inside(inner)]

    return "\n".join(line for part in message["components"] for line in inside(part))


def listed(message: Json) -> list[str]:
    """Its lines: place, name, pictures; without the bar."""
    lines = [re.fullmatch(r"`?\s*(\S+?)`? `▰+▱*` (.+)", line) for line in words(message).splitlines() if "▰" in line]
    return [f"{line[1]} {line[2]}" for line in lines if line is not None]


async def asked(person: Person, channel: Any, **given: Any) -> Json:
    return await (await person.run(channel, "leaderboard", **given)).message()


def file_of(folder: Path) -> Path:
    return folder / "data" / "bot.sqlite"


def test_those_with_as_many_share_a_place() -> None:
    rows = ranked([("a", 9), ("b", 7), ("c", 7), ("d", 1)])
    assert rows == [Row(1, "a", 9), Row(2, "b", 7), Row(2, "c", 7), Row(4, "d", 1)]


async def test_members_in_their_places_with_ones_own_under_them(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    guild, member, moderator = demo.guild.id, playground.as_(demo.member), playground.as_(demo.moderator)
    people = [demo.owner, demo.moderator, demo.member, demo.newcomer, demo.russian]
    async with bot(playground, tmp_path):
        empty = await asked(member, demo.art)
        assert "Nobody is on this board yet." in words(empty)
        assert not empty.get("only_you")
        counts = dict(zip((one.id for one in people), (5, 3, 3, 1, 2), strict=True))
        put(file_of(tmp_path), [Done(user_id=id, guild_id=guild, pictures=count) for id, count in counts.items()])
        private = Done(user_id=demo.newcomer.id, guild_id=guild, pictures=4, private=True)
        elsewhere = Done(user_id=demo.newcomer.id, guild_id=demo.other.id, pictures=4)
        put(file_of(tmp_path), [private, elsewhere, Done(user_id=demo.russian.id, guild_id=guild, days=40)])
        remove_member(demo.world, demo.guild, demo.guild.members[demo.owner.id])
        board = await asked(member, demo.art)
        assert listed(board) == [
            *("🥇 *somebody who left* · 5", "🥈 **Jun** · 3", "🥈 **Ada** · 3", "4 **Саша** · 2", "5 **Newt** · 1")
        ]
        assert "**Ada**: #2, with 3 pictures" in words(board)
        assert "Mira" not in str(board["components"])
        changed = await (await member.select(board, f"board:{demo.member.id}", "artists:90")).update()
        assert "4 **Саша** · 3" not in listed(changed)
        assert listed(changed)[1:] == ["🥈 **Jun** · 3", "🥈 **Ada** · 3", "🥈 **Саша** · 3", "5 **Newt** · 1"]
        assert listed(await asked(moderator, channel_of(playground), private=True)) == ["🥇 *somebody who left* · 4"]
        forget = await (await member.run(demo.art, "prefs forget")).message()
        await (await member.click(forget, forget["components"][0]["components"][0]["custom_id"])).acknowledged()
        after = await until_without(moderator, demo.art, "Ada")
        assert listed(after)[:3] == ["🥇 *somebody who left* · 5", "🥈 **Jun** · 3", "🥉 **Саша** · 2"]
        assert await refused(playground) == []


def channel_of(playground: Playground) -> Any:
    """One of the other server."""
    return next(iter(playground.demo.other.channels.values()))


async def until_without(person: Person, channel: Any, name: str) -> Json:
    for _ in range(20):
        board = await asked(person, channel)
        if name not in words(board):
            return board
    raise AssertionError(f"{name} is still on the board")


async def test_whoever_asked_changes_the_message_and_others_get_their_own_also_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member, russian = playground.as_(demo.member), playground.as_(demo.russian)
    rows = [Done(user_id=GONE + number, guild_id=demo.guild.id, pictures=4) for number in range(12)]
    rows += [Done(user_id=demo.russian.id, guild_id=demo.guild.id, style=style) for style in ("sks", "neon", HOSTILE)]
    async with bot(playground, tmp_path):
        put(file_of(tmp_path), rows)
        board = await asked(member, demo.art)
        assert len(listed(board)) == 10
    async with bot(playground, tmp_path):
        second = await (await member.click(board, ">")).update(lambda one: "2/2" in str(one["components"]))
        assert [line.split(" ", 1)[1] for line in listed(second)[:-1]] == ["*somebody who left* · 4"] * 2
        assert listed(second)[-1] == "13 **Саша** · 3"
        own = await (await russian.select(second, f"board:{demo.member.id}", "styles:30")).message()
        assert own["only_you"]
        assert "В каких стилях рисуют больше всего" in words(own)
        assert sorted(line.split(" ", 1)[1] for line in listed(own)) == sorted(
            ["**neon** · 1", "**sks** · 1", r"**\@everyone \*\*b\*\* \`c\` \<\@1\>** · 1"]
        )
        assert "\u202e" not in str(own["components"])
        assert "место" not in words(own)
        mine = await (await russian.select(own, f"board:{demo.russian.id}", "artists:0")).update()
        assert "**Саша**: 13-е место, 3 картинки" in words(mine)
        [still] = [one for one in await playground.messages(demo.art) if one["id"] == board["id"]]
        assert listed(still) == listed(second)
        assert still["mentions"] == []
        assert await refused(playground) == []


async def test_a_made_up_period_a_block_and_a_channel_without_the_bot_are_refused(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
    async with bot(playground, tmp_path):
        put(file_of(tmp_path), [Done(user_id=demo.member.id, guild_id=demo.guild.id)])
        board = await asked(member, demo.art)
        with pytest.raises(Refusal):
            await member.post(
                "select",
                channel=str(demo.art.id),
                message=board["id"],
                custom_id=f"board:{demo.member.id}",
                values=["artists:9"],
            )
        block(file_of(tmp_path), demo.guild.id, demo.newcomer.id)
    async with bot(playground, tmp_path):
        refusal = await asked(newcomer, demo.art)
        assert (refusal["only_you"], refusal["content"]) == (True, "This server does not let you use me.\n> spam")
        used = await newcomer.select(board, f"board:{demo.member.id}", "styles:7")
        assert (await used.message())["content"] == refusal["content"]
        used = await member.run(demo.silent, "leaderboard")
        assert (await used.message())["only_you"]
        assert await refused(playground) == []


def block(file: Path, guild_id: int, user_id: int) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        connection.execute("INSERT INTO blocks VALUES (?, ?, NULL, 'spam', 1, 0)", (guild_id, user_id))


async def test_nobody_is_named_while_discord_does_not_say_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(**asked: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(boards, "_MEMBERS_SECONDS", 0.01)
    interaction: Any = SimpleNamespace(guild=SimpleNamespace(query_members=silent))
    with pytest.raises(Refused, match="does not say just now"):
        await boards._names(interaction, [1])
    assert await boards._names(interaction, []) == {}


async def test_age_restricted_names_are_on_the_board_of_an_age_restricted_channel_alone(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        rows = [("purged", True), ("sks", False)]
        put(file_of(tmp_path), [Done(user_id=5, guild_id=demo.guild.id, style=name, nsfw=nsfw) for name, nsfw in rows])
        inside, outside = [await asked(member, one, of="styles") for one in (demo.adults, demo.art)]
        assert listed(inside) == ["🥇 **purged** · 1", "🥇 **sks** · 1"]
        assert listed(outside) == ["🥇 **sks** · 1"]
        assert "purged" not in str(outside)
        direct = await member.post("direct", **{"with": str(demo.app.user.id)})
        offered = {one["name"] for one in await member.commands(Place(direct["id"]))}
        assert offered.isdisjoint({"stats", "leaderboard"})
        assert "paint" in offered
        assert await refused(playground) == []
