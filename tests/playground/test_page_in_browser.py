"""The page in a real browser, over a real playground with a bot of discord.py."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from playground.testing import started

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
    """A folder that playwright-core is installed in, kept between runs."""
    if shutil.which("node") is None or (npm := shutil.which("npm")) is None:
        pytest.skip("Node.js is not installed")
    folder = Path(tempfile.gettempdir()) / f"playground-page-tests-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    if not (folder / "node_modules" / "playwright-core").is_dir():
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            pytest.skip(f"playwright-core cannot be had from npm: {done.stderr[-200:]}")
    return folder


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
