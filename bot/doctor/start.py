"""Starts an engine as the bot would, asks it, and ends it; only where that was asked for."""

from collections.abc import AsyncGenerator

from bot.doctor.engine import described
from bot.doctor.engine_reach import ask
from bot.doctor.finding import Finding, broken, ok
from bot.doctor.visit import Visit
from bot.engine_process import EngineProcess
from bot.link import EngineLink
from protocol.errors import StyleSealError


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    if visit.case.start_with is None:
        return
    try:
        async with (
            EngineProcess(visit.case.start_with) as process,
            EngineLink(process.address, process.token) as link,
        ):
            there = await ask(link)
    except StyleSealError as wrong:
        yield broken(f"An engine was started, and failed: {wrong.sentence}", "Correct that; the bot needs an engine.")
        return
    yield ok("An engine starts here.")
    for finding in described(there, "That engine"):
        yield finding
