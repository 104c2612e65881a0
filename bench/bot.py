"""The bot under load, as Markdown tables: `python -m bench.bot` prints all, `python -m bench.bot memory` some.

The bot is the real one, in a process of its own; so is the playground it talks to, and so is its engine.
"""

import argparse
import asyncio
import os
import platform
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from bench.bot_line import line
from bench.bot_load import delivering, load
from bench.bot_memory import memory
from bench.bot_start import start

BENCHES: Mapping[str, Callable[[Path], AsyncIterator[str]]] = {
    "ask": lambda folder: load(folder, "fake"),
    "real": lambda folder: load(folder, "real"),
    "deliver": delivering,
    "line": line,
    "memory": memory,
    "start": start,
}


async def run(names: list[str]) -> None:
    for name in names:
        print(f"`{name}`, load average {os.getloadavg()[0]:.1f}\n")
        with tempfile.TemporaryDirectory() as folder:
            async for row in BENCHES[name](Path(folder)):
                print(row, flush=True)
        print()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.bot", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which of {', '.join(BENCHES)}; all if none is named")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    print(f"{os.cpu_count()} threads, Python {platform.python_version()}\n")
    asyncio.run(run(given.names or list(BENCHES)))


if __name__ == "__main__":
    main()
