"""`styleseal playground` as its own process."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

COMMAND = (sys.executable, "-m", "cli", "playground", "--bot-token", "anything")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to end it with")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_serves_where_it_says_and_ends_when_it_is_told(number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--port", "0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    address = first.removeprefix("The playground is at ").split("/ ")[0]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bot anything"}
        async with session.get(f"{address}/api/v10/users/@me", headers=headers) as answer:
            assert (await answer.json())["bot"] is True
        async with session.get(f"{address}/") as page:
            assert "text/html" in page.headers["Content-Type"]
        async with session.ws_connect(f"{address}/gateway?v=10&encoding=json") as socket:
            assert (await socket.receive_json())["op"] == 10
            process.send_signal(number)
            told, wrong = await process.communicate()
    assert (process.returncode, wrong.decode()) == (0, "")
    assert f'Route.BASE = "{address}/api/v10"' in told.decode()
    assert f'rest: {{ api: "{address}/api" }}' in told.decode()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--spec", "no-such-file"), "cannot be read from no-such-file"),
        (("--host", "192.0.2.1"), "cannot listen at 192.0.2.1, port 8765"),
        (("--bot-token", " "), "--bot-token must be a text"),
        (("--address", "example.org"), "--address must begin with http://"),
    ],
)
async def test_what_cannot_be_served_is_a_sentence(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(*COMMAND, *options, stderr=asyncio.subprocess.PIPE)
    _, wrong = await process.communicate()
    assert process.returncode == 2
    assert said in wrong.decode()
    assert "Traceback" not in wrong.decode()
