"""`styleseal playground`: a Discord on this machine, until it is stopped."""

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Annotated

import typer

from playground.server import serve
from playground.spec import Spec
from playground.state import State
from playground.world.demo import demo
from protocol.errors import InvalidRequest


def command(
    bot_token: Annotated[str, typer.Option(help="What the bot is to log in with; any text will do.", metavar="TEXT")],
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free one.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Others than this machine can reach it where this is not loopback.")] = (
        "127.0.0.1"
    ),
    address: Annotated[
        str | None,
        typer.Option(
            help="The address that bots and browsers know, where that is another.", metavar="http://HOST:PORT"
        ),
    ] = None,
    spec: Annotated[
        Path | None, typer.Option(help="Discord's OpenAPI document, to check a bot's requests against.", metavar="FILE")
    ] = None,
) -> None:
    """Try a bot without Discord: its API, its gateway and a page in the browser, on this machine."""
    if not bot_token.strip():
        raise InvalidRequest("--bot-token must be a text, such as anything.")
    if address is not None and not address.startswith(("http://", "https://")):
        raise InvalidRequest(f"--address must begin with http:// or https://, not {address!r}.")
    document = _document(spec)
    with contextlib.suppress(KeyboardInterrupt):  # where the event loop cannot hear the signal itself
        asyncio.run(_serve(State(demo(bot_token).world, document), host, port, address, bot_token))


async def _serve(state: State, host: str, port: int, address: str | None, token: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        try:
            known = await stack.enter_async_context(serve(state, host, port, address and address.rstrip("/")))
        except OSError as wrong:
            why = wrong.strerror or wrong
            raise InvalidRequest(f"The playground cannot listen at {host}, port {port}: {why}.") from wrong
        print(_told(known, token, checked=state.spec is not None), flush=True)
        await stop.wait()


def _document(path: Path | None) -> Spec | None:
    try:
        return Spec.at_hand() if path is None else Spec.read(path)
    except (OSError, ValueError) as wrong:
        raise InvalidRequest(
            f"Discord's document cannot be read from {path or 'where it is kept'}: {wrong}."
        ) from wrong


def _told(address: str, token: str, *, checked: bool) -> str:
    gateway = f"{address.replace('http', 'ws', 1)}/gateway"
    judged = "" if checked else "not, as there is no copy of it; `make discord-spec` fetches one"
    return f"""\
The playground is at {address}/ for a browser. Ctrl-C ends it.

Before a bot of discord.py logs in (with the token {token!r}):
    discord.http.Route.BASE = "{address}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("{gateway}")
A client of discord.js:
    new Client({{ intents, rest: {{ api: "{address}/api" }} }})

Requests are checked against Discord's own document{": " + judged if judged else ""}."""
