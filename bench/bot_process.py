"""The bot under `bench.bot`: the real one, its loop watched.

BENCH is JSON: `data`, `styles`, `report` (a file that is written anew on each SIGUSR1), `engine` ("fake" and "real" are
child processes, "none" is an object in this process, which comes on SIGUSR2 where it is away) with `told` for it,
`settings` of the bot by name, and `constants` by module and name, for what would take too long otherwise.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import signal
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from adapters.settings import AdapterSettings
from adapters.styles import Catalogue
from bench.bot_link import NoEngine
from bench.bot_loop import LAG_EVERY, LoopInstrument
from bot import engine_process
from bot.app import run
from bot.presence import Presence
from bot.settings import BotSettings
from bot.supervisor import Supervisor

Json = dict[str, Any]
CONTAINERS = (dict, list, set, deque, OrderedDict, defaultdict)


def main() -> None:
    told = json.loads(os.environ["BENCH"])
    for name, value in told.get("constants", {}).items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(importlib.import_module(module), constant, value)
    instrument = LoopInstrument()
    instrument.install()
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_run(told, instrument))


async def _run(told: Json, instrument: LoopInstrument) -> None:
    api, data = os.environ["PLAYGROUND_API"], Path(told["data"])
    settings = BotSettings(discord_api=api, data=data, **told.get("settings", {}))
    engine = _engine(told, settings)
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    loop.add_signal_handler(signal.SIGUSR1, _reporting(loop, Path(told["report"]), instrument, engine))
    if isinstance(engine, NoEngine):
        loop.add_signal_handler(signal.SIGUSR2, engine.come)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(instrument.watch())
        tasks.create_task(engine.run())
        styles = Catalogue.of(Path(told["styles"]))
        await run(settings, os.environ["PLAYGROUND_TOKEN"], styles, AdapterSettings(data=data), engine)


def _engine(told: Json, settings: BotSettings) -> Presence:
    if told["engine"] == "none":
        return NoEngine(**told.get("told", {}))
    if told["engine"] == "fake":
        os.environ["FAKE_ENGINE"] = json.dumps(told.get("told", {}))
        engine_process.COMMAND = (sys.executable, "-m", "bench.bot_engine")
    return Supervisor(settings.engine_log)


def _reporting(
    loop: asyncio.AbstractEventLoop, path: Path, instrument: LoopInstrument, engine: Presence
) -> Callable[[], None]:
    def report() -> None:
        found = instrument.report()
        instrument.begin()  # what it holds itself is not the bot's
        found |= in_memory()
        if isinstance(engine, NoEngine):
            found |= {"begun": engine.begun, "ended": engine.ended}
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(found))
        beside.replace(path)
        loop.call_later(2 * LAG_EVERY, instrument.begin)  # after what this itself does to the loop

    return report


def in_memory() -> Json:
    """Bytes of this process, objects by kind, and how much all containers of a kind hold together."""
    gc.collect()
    kinds, held = Counter[str](), Counter[str]()
    tracked = gc.get_objects()
    for one in tracked:
        kinds[_kind(one)] += 1
        if type(one) in CONTAINERS:
            held[f"in {_kind(one)}"] += len(one)
    # A dict of nothing but texts and numbers is not tracked, and is found from whoever has it.
    plain = {id(one): one for one in gc.get_referents(*tracked) if type(one) is dict and not gc.is_tracked(one)}
    held["in plain dicts"] = sum(map(len, plain.values()))
    return {"rss": psutil.Process().memory_info().rss, "objects": dict(kinds + held)}


def _kind(one: object) -> str:
    return f"{type(one).__module__}.{type(one).__qualname__}"


if __name__ == "__main__":
    main()
