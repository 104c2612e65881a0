"""A server that the bot has left is purged after a while, unless it asks it back."""

from pathlib import Path

import pytest

from bot.agenda import Agenda
from bot.departures import PURGE, Departures
from bot.store.agenda import AgendaStore
from bot.store.database import opened
from bot.store.member_data import MemberData
from playground.testing import Playground
from tests.bot.acting import bot, pictures
from tests.bot.kept_rows import Life, files, fill, kept
from tests.bot.watching import until


async def install(playground: Playground, installed: bool) -> None:
    demo = playground.demo
    body = {"application": str(demo.app.id), "guild": str(demo.guild.id), "installed": installed}
    await playground.as_(demo.owner).post("guild_install", **body)


@pytest.mark.parametrize("away", [False, True], ids=["while it looks", "while it is away"])
async def test_a_server_that_removes_the_bot_is_purged_after_a_while(
    playground: Playground, tmp_path: Path, away: bool
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    soon = {"seconds": {"bot.departures.PURGE_SECONDS": 0.2, "bot.departures.READY_SECONDS": 0.2}}
    async with bot(playground, tmp_path, soon):
        await (await member.run(demo.art, "paint", prompt="cat", style="sks")).message(pictures)
        if not away:
            await install(playground, False)
            await until(lambda: not kept(tmp_path, "SELECT 1 FROM jobs"))
    if away:
        await install(playground, False)
        async with bot(playground, tmp_path, soon):
            await until(lambda: not kept(tmp_path, "SELECT 1 FROM jobs"))
    assert files(tmp_path) == []
    assert kept(tmp_path, "SELECT user_id, style FROM styles_used") == [(demo.member.id, "sks")]


@pytest.mark.parametrize("away", [False, True], ids=["while it looks", "while it is away"])
async def test_a_server_that_asks_the_bot_back_in_time_keeps_everything(
    playground: Playground, tmp_path: Path, away: bool
) -> None:
    demo = playground.demo
    purges = "SELECT key FROM agenda WHERE kind = 'purge'"
    async with bot(playground, tmp_path):
        done = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")).message(pictures)
        await install(playground, False)
        await until(lambda: kept(tmp_path, purges) == [(str(demo.guild.id),)])
        if not away:
            await install(playground, True)
            await until(lambda: kept(tmp_path, purges) == [])
    if away:
        await install(playground, True)
    async with bot(playground, tmp_path):
        await until(lambda: kept(tmp_path, purges) == [])
        again = await (await playground.as_(demo.member).click(done, "Again")).message(pictures)
        assert pictures(again)


async def test_a_server_that_goes_while_they_are_compared_is_seen_to_have_gone(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite"
    async with opened(path):
        pass
    fill(path, Life(user=4, guild=6, job="a" * 16, words="x"))
    async with opened(path) as database:
        store = AgendaStore(database)
        there = {6}

        class Slow(MemberData):
            async def servers(self) -> set[int]:
                there.clear()
                return await super().servers()

        departures = Departures(Slow(database), Agenda(store, {}), store, None, lambda: there)  # type: ignore[arg-type]
        await departures.compare()
        assert await store.keys(PURGE) == ["6"]
