"""Whether the place and the time that members are told come true."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from pathlib import Path

from bench.bot_heard import Heard, Telling
from bench.bot_load import PEOPLE, head
from bench.bot_people import scene, within
from bot.painter import AT_ONCE
from pocket.location import ADAPTERS

SECONDS = 0.6
"""That a picture takes."""
TOLD_EVERY = 1.0
"""Seconds; members are told of their new place more rarely."""
SOON = 10.0


async def line(folder: Path) -> AsyncIterator[str]:
    """Everybody asks while there is no engine; once all know their place, there is one, and nobody else asks."""
    told = {"pause": SECONDS, "away": True, "counts": True}
    constants = {"bot.told.EVERY_SECONDS": TOLD_EVERY}
    async with scene(folder, "none", ADAPTERS, told=told, constants=constants) as here:
        members, heard = await here.members(PEOPLE), here.heard
        await within(1.0, PEOPLE, lambda number: here.paint(members[number], count=1 + number % 3))
        await heard.until(lambda: len(heard.answers()) >= PEOPLE, 15)
        await _calm(heard)
        foreseen, since = {telling.job: telling.turn for telling in heard.tellings()}, len(heard.entries)
        here.bring_engine()
        await heard.until(lambda: heard.pictures() >= PEOPLE, 300)
        seen = await here.report()
        order = seen["begun"][AT_ONCE:]
        off = [abs(foreseen[job] - turn) for turn, job in enumerate(order, 1)]
        words = "came at the very place they were told; the farthest off was"
        yield f"Of {len(order)} jobs in line, of one to three pictures, {off.count(0)} {words} {max(off)} from it."
        yield ""
        for row in _rows(list(heard.tellings(since)), seen["ended"]):
            yield row


async def _calm(heard: Heard) -> None:
    """Waits until nobody is told anything any more."""
    before = -1
    while len(heard.entries) > before:
        before = len(heard.entries)
        await asyncio.sleep(3 * TOLD_EVERY)


def _rows(tellings: list[Telling], ended: dict[str, float]) -> list[str]:
    """How far off the times were, by how long there was to wait yet."""
    rows = [head("a time that was told", ("told", "off by, median", "p95", "most"))]
    timed = [(ended[one.job] - one.at, abs(one.done - ended[one.job])) for one in tellings if one.done is not None]
    for name, low, high in (("for the next 10 s", 0.0, SOON), ("for later", SOON, float("inf"))):
        off = sorted(error for left, error in timed if low <= left < high)
        if off:
            found = (statistics.median(off), off[int(len(off) * 0.95)], off[-1])
            rows.append(f"| {name} | {len(off)} | {' | '.join(f'{seconds:.1f} s' for seconds in found)} |")
    return rows
