"""Whether the bot's memory grows with what it has done: real deliveries, pictures of an engine that is none."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bench.bot_load import head
from bench.bot_people import Member, Scene, scene
from pocket.location import ADAPTERS

AFTER = (500, 1_000, 1_500, 2_000)
"""Jobs."""
MEMBERS = 500
AT_ONCE = 40
"""That wait or are painted."""


async def memory(folder: Path) -> AsyncIterator[str]:
    """Each job is asked for by one of so many members, who pick its style from a list first."""
    async with scene(folder, "none", ADAPTERS, settings={"member_jobs": 100}) as here:
        members = await here.members(MEMBERS)
        yield head("jobs delivered", ("memory of the bot", "objects"))
        for jobs in AFTER:
            await delivered(here, members, jobs)
            seen = await here.report()
            objects = sum(count for kind, count in seen["objects"].items() if not kind.startswith("in "))
            yield f"| {jobs} | {seen['rss'] / 2**20:.1f} MiB | {objects} |"


async def delivered(here: Scene, members: Sequence[Member], jobs: int, at_once: int = AT_ONCE) -> None:
    """Until so many have been altogether, with some in line all the time; then until the bot has come to rest."""
    heard, asked = here.heard, len(here.heard.answers())
    while asked < jobs:
        more = range(asked, min(jobs, asked + at_once // 2))
        await asyncio.gather(*(_ask(here, members[number % len(members)], number) for number in more))
        asked = more.stop
        await heard.until(lambda least=asked - at_once // 2: heard.pictures() >= least, 60)  # type: ignore[misc]
    await heard.until(lambda: heard.pictures() >= jobs, 60)
    await asyncio.sleep(1.0)


async def _ask(here: Scene, member: Member, number: int) -> None:
    await here.complete(member, "ink")
    await here.paint(member, prompt=f"a cat {number}", style="sks")
