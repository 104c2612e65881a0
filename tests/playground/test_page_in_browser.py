"""The page in a real browser, over a real playground with a bot of discord.py."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from playground.testing import started
from tests.playground.npm import installed

HERE = Path(__file__).parent / "browser"
BOT = [sys.executable, str(HERE / "page_bot.py")]
SCENARIOS = [
    name
    for file in sorted((HERE / "scenarios").glob("*.mjs"))
    for name in re.findall(r'^  "([^"]+)": \{$', file.read_text("utf-8"), re.MULTILINE)
]
SECONDS = 90
"""For a scenario; most take three."""


def _browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium is installed")


@pytest.fixture(scope="session")
def playwright() -> Path:
    """A folder that playwright-core is installed in."""
    return installed(HERE)


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_the_page_can_do(scenario: str, playwright: Path, tmp_path: Path) -> None:
    browser = _browser()
    async with started() as playground, playground.bot(BOT):
        surroundings = {
            "BROWSER": browser,
            "PLAYGROUND": playground.url,
            "PLAYWRIGHT": str(playwright),
            "SCREENSHOT": str(tmp_path / "failed.png"),
        }
        process = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "drive.mjs"),
            scenario,
            env={**os.environ, **surroundings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(SECONDS):
                written, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0, f"{written.decode()}\nscreenshot: {surroundings['SCREENSHOT']}"
