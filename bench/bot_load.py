"""How long members wait for an answer while everybody asks at once, and what the bot's event loop does meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bench.bot_heard import CHOICES, Json, waited
from bench.bot_people import Member, Scene, scene, within
from pocket.location import ADAPTERS

PEOPLE = 300
PAINTING_SECONDS = 20.0
"""After everybody asked, that are looked at."""
JOBS, PICTURES = 30, 4
"""Of so many pictures each."""
LARGE = {"pause": 0.4, "megabytes": 1.5, "preview_kilobytes": 300}
"""Of each job a picture in 1.6 seconds, with two previews."""
WAITS = ("median", "p95", "p99", "longest")
LOOPS = ("busy", "lag, p99", "longest lag", "longest callback", "longest collection")


async def load(folder: Path, engine: str) -> AsyncIterator[str]:
    async with scene(folder, engine, ADAPTERS, told={"pause": 0.05} if engine == "fake" else {}) as here:
        members = await here.members(PEOPLE)
        await here.paint(members[0])
        await here.heard.until(lambda: bool(here.heard.pictures()), 60)
        await here.report()
        asked, loops = await storm(here, members), {f"{PEOPLE} ask": await here.report()}
        completed = await typing(here, members)
        loops[f"{PEOPLE} type"] = await here.report()
        await asyncio.sleep(PAINTING_SECONDS)
        loops["it paints"] = await here.report()
        yield head(f"{PEOPLE} people within one second, {engine} engine", WAITS)
        yield asked
        yield completed
        yield ""
        for line in (head(f"the bot's event loop, {engine} engine", LOOPS), *loop_rows(loops), *ending(here, loops)):
            yield line


async def delivering(folder: Path) -> AsyncIterator[str]:
    """Large pictures, four at a time; then with everybody asking."""
    async with scene(folder, "fake", ADAPTERS, told=LARGE) as here:
        members = await here.members(PEOPLE)
        heard = here.heard
        await within(1.0, JOBS, lambda number: here.paint(members[number], count=PICTURES))
        await heard.until(lambda: heard.pictures() > 0, 60)
        await here.report()
        began, before = time.monotonic(), heard.pictures()
        await heard.until(lambda: heard.pictures() >= JOBS * 2 // 3, 120)
        rate = (heard.pictures() - before) * PICTURES / (time.monotonic() - began)
        loops = {f"{rate:.1f} pictures of 1.5 MB a second": await here.report()}
        asked = await storm(here, members)
        loops[f"and {PEOPLE} ask"] = await here.report()
        yield head("while pictures of 1.5 MB are delivered", WAITS)
        yield asked
        yield ""
        for line in (head("the bot's event loop", LOOPS), *loop_rows(loops), *ending(here, loops)):
            yield line


async def storm(here: Scene, members: list[Member]) -> str:
    """Everybody runs `/paint` within one second, and has a place in line."""
    since = len(here.heard.entries)
    sent = await within(1.0, len(members), lambda number: here.paint(members[number], prompt=f"a cat {number}"))
    await here.heard.until(lambda: len(here.heard.answers(since)) >= len(members), 15)
    in_line = len({telling.job for telling in here.heard.tellings(since)})
    assert in_line >= len(members), f"only {in_line} of {len(members)} are in line"
    return wait_row("`/paint`, until it is acknowledged", sent, here.heard.answers(since))


async def typing(here: Scene, members: list[Member]) -> str:
    since = len(here.heard.entries)
    sent = await within(1.0, len(members), lambda number: here.complete(members[number], "ink"))
    return wait_row("a style, until choices are offered", sent, here.heard.answers(since, CHOICES))


def head(title: str, columns: tuple[str, ...]) -> str:
    return f"| {title} | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}"


def wait_row(name: str, sent: list[str], answers: Mapping[str, Json]) -> str:
    found = sorted(waited(one, answers[one]) for one in sent)
    cells = [milliseconds(found[min(len(found) - 1, int(len(found) * part))]) for part in (0.5, 0.95, 0.99, 1.0)]
    return f"| {name} | {' | '.join(cells)} |"


def loop_rows(reports: Mapping[str, Json]) -> list[str]:
    rows = []
    for name, one in reports.items():
        cells = [milliseconds(one[what]) for what in ("lag_p99", "lag_most", "longest", "collection_most")]
        rows.append(f"| {name} | {one['busy']:.0%} | {' | '.join(cells)} |")
    return rows


def ending(here: Scene, reports: Mapping[str, Json]) -> list[str]:
    """Where the slow callbacks were, if there were any."""
    slow = [
        f"- {name}: {milliseconds(cpu)} of {milliseconds(took)} in {what}"
        for name, one in reports.items()
        for cpu, took, what in one["slowest"]
    ]
    return ["", *slow, f"Requests that Discord would refuse: {here.heard.refused()}."]


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
