"""Who may learn what of a job, and who may have another painted from it."""

import asyncio
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.answers import Refused
from bot.gate import check_place
from playground.testing import Playground
from tests.bot.acting import bot, final, pictures, refused
from tests.bot.looking import delivered, job_of, state_of

USE_COMMANDS = str(1 << 31)


async def test_the_words_of_a_job_without_a_picture_are_its_owners_alone(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=30.0):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        waiting = await (await member.run(demo.art, "paint", prompt="a surprise for Newt")).message()
        for name in ("Picture info", "Paint again"):
            told = await (await newcomer.menu(demo.art, name, waiting)).message()
            assert told["only_you"]
            assert "a surprise" not in str(told)
        await (await member.click(waiting, "Cancel")).acknowledged()
        cancelled = await member.event("MESSAGE_UPDATE", lambda one: one["content"] == "Cancelled.")
        for name in ("Picture info", "Paint again"):
            told = await (await newcomer.menu(demo.art, name, cancelled)).message()
            assert told["only_you"]
            assert "a surprise" not in str(told)
        told = await (await member.menu(demo.art, "Picture info", cancelled)).message()
        assert "a surprise" in str(told["embeds"])
        assert await refused(playground) == []


async def test_who_may_use_no_commands_in_a_channel_paints_nothing_there_by_its_buttons(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        done = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat")).message(pictures)
        silenced = {"id": str(demo.newcomer.id), "type": 1, "allow": "0", "deny": USE_COMMANDS}
        await playground.post("channel", channel=str(demo.art.id), permission_overwrites=[silenced])
        told = await (await playground.as_(demo.newcomer).click(done, "Again")).message()
        assert told["only_you"]
        assert told["content"] == "You may not use commands here, so I paint nothing for you here."
        told = await (await playground.as_(demo.newcomer).click(done, "Info")).message()
        assert told["embeds"]
        assert [one["id"] for one in await final(playground, demo.art)] == [done["id"]]


@pytest.mark.parametrize("timed_out", [True, False])
def test_who_is_timed_out_paints_nothing_by_buttons_which_discord_leaves_them(timed_out: bool) -> None:
    member = mock.Mock(spec=discord.Member)
    member.is_timed_out.return_value = timed_out
    permissions = discord.Permissions.all()
    interaction: Any = SimpleNamespace(
        user=member, guild_id=1, permissions=permissions, app_permissions=permissions, channel=None
    )
    interaction.is_guild_integration = lambda: True
    with pytest.raises(Refused, match="not use commands here") if timed_out else nullcontext():
        check_place(interaction)


async def test_whoever_keeps_their_pictures_to_themselves_does_so_with_what_comes_of_others_too(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        done = await (await playground.as_(demo.member).run(demo.art, "paint", prompt="cat", seed=1)).message(pictures)
        newcomer = playground.as_(demo.newcomer)
        await (await newcomer.run(demo.art, "prefs set", private=True)).message()
        form = await (await newcomer.click(done, "Edit")).form()
        opened = await (await newcomer.click(done, "Style")).message()
        made = [
            await (await newcomer.click(done, "Again")).message(pictures),
            await (await newcomer.click(done, "Vary")).message(pictures),
            await (await newcomer.click(done, "Upscale")).message(pictures),
            await (await newcomer.menu(demo.art, "Paint again", done)).message(pictures),
            await (await newcomer.submit(form, seed="2")).message(pictures),
            await (await newcomer.select(opened, "Choose a style", "neon")).message(pictures),
        ]
        assert [one.get("only_you") for one in made] == [True] * 6
        assert [one["id"] for one in await final(playground, demo.art)] == [done["id"]]
        assert await refused(playground) == []


async def test_what_was_deleted_does_not_come_back_where_discords_answer_to_it_was_lost(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    told = {"seconds": {"bot.outbox.BACKOFF_SECONDS": [0.3]}}
    async with bot(playground, tmp_path, told):
        member = playground.as_(demo.member)
        await playground.fault("lost", method="PATCH", times=1_000)
        done = await (await member.run(demo.art, "paint", prompt="a secret")).message(pictures)
        await (await member.click(done, "Delete")).acknowledged()
        playground.state.faults.clear()
        deleted = await member.event("MESSAGE_UPDATE", lambda one: one["content"] == "Deleted.")
        await settled(tmp_path, job_of(done))
        (now,) = [one for one in await playground.messages(demo.art) if one["id"] == done["id"]]
        assert (now["content"], now["attachments"], now["components"]) == ("Deleted.", [], [])
        assert state_of(tmp_path, job_of(done)) == "deleted"
        told = await (await playground.as_(demo.newcomer).menu(demo.art, "Picture info", deleted)).message()
        assert "not known here any more" in told["content"]


async def test_a_picture_whose_deletion_was_cut_short_can_be_deleted_again(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await (await member.run(demo.art, "paint", prompt="a secret")).message(pictures)
        await delivered(tmp_path, job_of(done))
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
            file.execute("UPDATE jobs SET state = 'deleted'")  # and the bot ended
        for button in ("Again", "Info"):
            told = await (await newcomer.click(done, button)).message()
            assert "not known here any more" in told["content"]
        told = await (await newcomer.click(done, "Delete")).message()
        assert "Only the one who asked" in told["content"]
        await (await member.click(done, "Delete")).update(lambda one: one["content"] == "Deleted.")
        assert await final(playground, demo.art) == []


async def settled(folder: Path, job: str, seconds: float = 15.0) -> None:
    """Nothing of that job is on its way any more."""
    async with asyncio.timeout(seconds):
        while True:
            with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as file:
                if file.execute("SELECT 1 FROM outbox WHERE job_id = ?", (job,)).fetchone() is None:
                    return
            await asyncio.sleep(0.02)
