"""Carries out the examinations, all at once: each has its time, and none can stop another."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.doctor.case import Case
from bot.doctor.finding import Diagnosed, Finding, NotKnown, warning
from bot.doctor.table import EXAMINATIONS, Examination
from bot.doctor.visit import Visit

_SHORTEST = 8
"""Letters of a token; taking out anything shorter would tear words apart."""


@dataclass(frozen=True, slots=True)
class Examined:
    """`name` is the examination's."""

    name: str
    finding: Finding


async def findings(case: Case, examinations: Sequence[Examination] = EXAMINATIONS) -> AsyncGenerator[Examined, None]:
    """In the table's order, each as soon as all before it are known."""
    async with Visit(case) as visit:
        tasks = [asyncio.ensure_future(_carried_out(one, visit)) for one in examinations]
        try:
            for examination, task in zip(examinations, tasks, strict=True):
                for finding in await task:
                    yield Examined(examination.name, _clean(finding, case))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _carried_out(examination: Examination, visit: Visit) -> list[Finding]:
    found: list[Finding] = []
    try:
        async with asyncio.timeout(examination.seconds), aclosing(examination.examine(visit)) as told:
            async for finding in told:
                found.append(finding)
    except NotKnown:
        pass
    except Diagnosed as diagnosed:
        found.append(diagnosed.finding)
    except TimeoutError:
        sentence = f"{examination.title} could not be looked at in full within {examination.seconds:g} s."
        found.append(warning(sentence, "Run this again; the machine or the network is slow."))
    except Exception as wrong:  # whatever it is, the other examinations go on
        sentence = f"{examination.title} could not be looked at: {type(wrong).__name__}: {wrong}."
        found.append(warning(sentence, "Run this again later. If it stays so, report it with this sentence."))
    return found


def _clean(finding: Finding, case: Case) -> Finding:
    """Without any token, whoever put it there, and without what would move a terminal's cursor: servers and channels
    are named by strangers."""
    secrets = [case.bot.discord_token, case.bot.engine_token] if case.bot is not None else []
    secrets += [case.engine.token] if case.engine is not None else []
    texts = []
    for text in (finding.sentence, finding.todo):
        for secret in secrets:
            if secret is not None and len(hidden := secret.get_secret_value()) >= _SHORTEST:
                text = text.replace(hidden, "***")
        texts.append("".join(letter if letter.isprintable() else " " for letter in text))
    return Finding(finding.mark, *texts)
