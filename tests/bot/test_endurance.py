"""The bot after hundreds of jobs holds no more than after some: whatever it keeps of a job is in its database."""

from pathlib import Path

from bench.bot_memory import delivered
from bench.bot_people import scene
from tests.adapters.files import write_styles

BEFORE, AFTER = 150, 450
AT_ONCE = 8
MEMBERS = 10
SPARED = 0.6
"""Of one for each job: what connections and timers come and go."""
FAST = {"bot.post.CALLS_A_SECOND": 1_000, "bot.told.EVERY_SECONDS": 0.2}


async def test_of_a_job_that_was_delivered_nothing_stays_in_memory(tmp_path: Path) -> None:
    """Counted by kind, and what all dicts, lists, sets and so on hold together, such as texts and numbers."""
    write_styles(tmp_path / "styles", "sks")
    async with scene(tmp_path / "data", "none", tmp_path / "styles", constants=FAST) as here:
        members = await here.members(MEMBERS)
        await delivered(here, members, BEFORE, AT_ONCE)
        before = (await here.report())["objects"]
        await delivered(here, members, AFTER, AT_ONCE)
        after = (await here.report())["objects"]
        grown = {kind: count - before.get(kind, 0) for kind, count in after.items()}
        assert {kind: more for kind, more in grown.items() if more > SPARED * (AFTER - BEFORE)} == {}
        assert here.heard.refused() == 0
        assert len(here.heard.deliveries()) == AFTER, "each was sent once"
