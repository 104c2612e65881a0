"""A bot on a Discord of this machine, and what is looked at in its messages."""

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playground.testing import Bot, Playground
from tests.adapters.files import write_styles

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.bot.real_bot"]
STYLES = ("sks", "neon", "woodcut")
Json = dict[str, Any]


@asynccontextmanager
async def bot(
    playground: Playground, folder: Path, told: Mapping[str, Any] | None = None, /, **engine: Any
) -> AsyncIterator[Bot]:
    """`told` is what BOT has for it (tests/bot/real_bot.py), and perhaps a folder of `styles`; `engine` is how the fake
    one behaves."""
    told = dict(told or {})
    if "styles" not in told:
        write_styles(folder / "styles", *STYLES)
    surroundings = {
        "DATA": str(folder / "data"),
        "STYLES": told.pop("styles", str(folder / "styles")),
        "BOT": json.dumps(told),
        "FAKE_ENGINE": json.dumps(engine),
        "PYTHONPATH": str(ROOT),
    }
    async with playground.bot(COMMAND, surroundings) as running:
        yield running


def pictures(message: Json) -> bool:
    """Whether it is a finished one: a preview has its own name."""
    return any(not one["filename"].endswith("preview.png") for one in message["attachments"])


def buttons(message: Json) -> list[str]:
    return [button["label"] for row in message["components"] for button in row["components"] if button["type"] == 2]


async def final(playground: Playground, channel: Any) -> list[Json]:
    return [message for message in await playground.messages(channel) if pictures(message)]


async def refused(playground: Playground) -> list[Json]:
    """The bot's requests that Discord would not take."""
    return [entry for entry in await playground.log() if entry["refused"]]
