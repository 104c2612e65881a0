"""A bot of discord.js on the playground, with nothing changed but the address."""

import shutil
from pathlib import Path

import pytest

from playground.testing import started

HERE = Path(__file__).parent / "node"
pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "discord.js").is_dir(), reason=f"needs discord.js: npm ci in {HERE}"
    ),
]


async def test_a_command_is_answered_with_a_file_an_edit_and_a_button() -> None:
    async with started() as playground, playground.bot(["node", str(HERE / "bot.mjs")]) as bot:
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
        assert bot.is_running
