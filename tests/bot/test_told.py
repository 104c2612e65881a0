"""What members read of their place in line while it moves."""

from pathlib import Path

from playground.testing import Playground
from tests.bot.acting import bot, pictures, refused


async def test_a_place_in_line_is_told_anew_as_it_moves(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    told = {"seconds": {"bot.told.EVERY_SECONDS": 0.2, "bot.painter.AT_ONCE": 1}}
    async with bot(playground, tmp_path, told, pause=0.4):
        member = playground.as_(demo.member)
        first, second, third = [await member.run(demo.art, "paint", prompt=f"cat {number}") for number in range(3)]
        await third.message(lambda message: message["content"].startswith("You are #2"))
        await first.message(pictures)
        moved = await third.message(lambda message: message["content"].startswith("You are next"))
        assert [button["label"] for row in moved["components"] for button in row["components"]] == ["Cancel"]
        await second.message(pictures)
        await third.message(pictures)
        assert await refused(playground) == []
