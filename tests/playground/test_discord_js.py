"""A bot of discord.js on the playground, with nothing changed but the address."""

import shutil
from pathlib import Path

from playground.testing import started
from tests.playground.npm import installed

HERE = Path(__file__).parent / "node"


async def test_a_command_is_answered_with_a_file_an_edit_and_a_button() -> None:
    bot = shutil.copy(HERE / "bot.mjs", installed(HERE))  # modules are looked for beside who imports them
    async with started() as playground, playground.bot(["node", str(bot)]) as running:
        member, general = playground.as_(playground.demo.member), playground.demo.general
        choices = await member.complete(general, "draw", "colour", colour="gr")
        assert [choice["name"] for choice in choices] == ["green"]
        drawn = await member.run(general, "draw", colour="green")
        message = await drawn.message(lambda message: bool(message["components"]))
        assert message["content"] == "A dot in green."
        assert await playground.download(message["attachments"][0]["url"]) == b"a dot in green"
        answer = await (await member.click(message, "Again")).message()
        assert answer["content"] == "Again in green, for ada."
        assert answer["only_you"]
        assert [entry for entry in await playground.log() if entry["refused"]] == []
        assert running.is_running
