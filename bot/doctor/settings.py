"""Whether the settings can be read."""

from collections.abc import AsyncGenerator

from bot.doctor.finding import Finding, broken, ok, warning
from bot.doctor.visit import Visit


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    case = visit.case
    for sentence in case.wrong:
        yield broken(sentence, "Correct it; what depends on it has not been looked at.")
    for name, meant in case.misspelt.items():
        yield warning(f"{name} is set, and is no setting.", f"Did you mean {meant}?")
    if not case.wrong:
        file = f"{case.settings_file} and the environment" if case.settings_file is not None else "the environment"
        yield ok(f"The settings can be read, from {file}.")
