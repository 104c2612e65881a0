"""A backup made while a bot paints, put back: the bot that starts on it goes on where that one was."""

import asyncio
from pathlib import Path

from playground.testing import Playground
from tests.bot.acting import bot, pictures, refused
from tests.bot.backup.content import made, problems, restored


async def test_what_was_being_painted_is_painted_and_old_buttons_work(playground: Playground, tmp_path: Path) -> None:
    demo, backup = playground.demo, tmp_path / "backup.tar"
    member = playground.as_(demo.member)
    hold = tmp_path / "hold"
    async with bot(playground, tmp_path / "old", hold=str(hold)):
        old = await (await member.run(demo.art, "paint", prompt="cat", style="sks", seed=7)).message(pictures)
        hold.touch()
        under_way = await member.run(demo.art, "paint", prompt="dog")
        await under_way.message(lambda message: "▱" in message["content"])
        await asyncio.to_thread(made, tmp_path / "old" / "data", backup)
    hold.unlink()
    assert problems(backup) == []
    restored(backup, tmp_path / "new" / "data")
    async with bot(playground, tmp_path / "new"):
        assert pictures(await under_way.message(pictures))
        again = await member.click(old, "Again")
        assert (await again.message(pictures))["id"] != old["id"]
    assert await refused(playground) == []
