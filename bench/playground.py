"""Two hundred people use a command of a trivial bot within one second, and each is to be answered in three.

    python -m bench.playground [people]

Prints how long answers took, as one page sees them. The bot is one of discord.py in a process of its own; the
playground and the people share another.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playground.testing import Playground, started

BOT = (sys.executable, "-m", "tests.playground.bots.python_bot")
WHERE = {"PYTHONPATH": str(Path(__file__).parents[1])}
SPREAD_SECONDS = 1.0
Json = dict[str, Any]


async def measure(people: int) -> list[float]:
    """Seconds from each command to its answer, the shortest first."""
    async with started() as playground, playground.bot(BOT, WHERE):
        members = [await _join(playground, number) for number in range(people)]
        commands = await playground.as_(playground.demo.owner).commands(playground.demo.general)
        ping = next(command["id"] for command in commands if command["name"] == "ping")
        observer = playground.as_(playground.demo.owner)
        await observer.open()
        waits = (_ping(playground, member, ping, SPREAD_SECONDS * at / people) for at, member in enumerate(members))
        return sorted(await asyncio.gather(*waits))


async def _join(playground: Playground, number: int) -> str:
    made: Json = await playground.post("user", name=f"member{number}")
    await playground.post("member", guild=str(playground.demo.guild.id), user=made["id"])
    return str(made["id"])


async def _ping(playground: Playground, member: str, command: str, delay: float) -> float:
    await asyncio.sleep(delay)
    place = {"as": member, "channel": str(playground.demo.general.id), "command": command, "options": []}
    began = time.perf_counter()
    used = await playground.post("run", **place)
    observer = playground.as_(playground.demo.owner)

    def answers(data: Json) -> bool:
        return bool((data.get("interaction_metadata") or {}).get("id") == used["interaction"])

    await observer.event("MESSAGE_CREATE", answers, seconds=30)
    return time.perf_counter() - began


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    waits = asyncio.run(measure(people))
    p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    print(f"{people} people: median {statistics.median(waits):.3f} s, p99 {p99:.3f} s, longest {waits[-1]:.3f} s")


if __name__ == "__main__":
    main()
