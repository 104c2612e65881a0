"""Whether the bot's database, and the library's, are sound and not of a newer version."""

from collections.abc import AsyncGenerator
from pathlib import Path

from adapters.library import VERSION as LIBRARY_VERSION
from bot.doctor.aside import aside
from bot.doctor.finding import Finding, broken, ok
from bot.doctor.visit import Visit
from bot.store import health

_SECONDS = 15.0


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    bot = visit.bot
    library = bot.data / visit.case.library / "library.sqlite"
    yield await _looked_at("The bot's database", bot.database, health.newest())
    if library.exists():
        yield await _looked_at("The library's database", library, LIBRARY_VERSION)


async def _looked_at(what: str, path: Path, newest: int) -> Finding:
    try:
        found = await aside(lambda: health.examine(path, _SECONDS))
    except FileNotFoundError:
        return ok(f"{what} is not there yet; it is made at the first start.")
    except OSError as wrong:
        sentence = f"{what} {path} cannot be read: {wrong.strerror}."
        return broken(sentence, "Let the user that runs the bot read and write it.")
    if found.problem:
        return broken(
            f"{what} {path} is damaged or cannot be read: {found.problem}.",
            "Stop the bot, keep a copy of the file, and put a backup in its place, or move it away to begin anew.",
        )
    if found.version > newest:
        return broken(
            f"{what} {path} is of a newer StyleSeal (version {found.version}; this one knows {newest}).",
            "Use that StyleSeal, or another data folder (STYLESEAL_DATA).",
        )
    if found.version < newest:
        return ok(f"{what} is of an older StyleSeal, and is brought up to date when the bot starts.")
    part = "" if found.whole else ", as far as there was time to look"
    return ok(f"{what} is sound{part}.")
