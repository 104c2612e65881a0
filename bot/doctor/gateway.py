"""How many more times the bot may connect today."""

from collections.abc import AsyncGenerator

from discord.http import Route

from bot.doctor.finding import Finding, broken, ok, warning
from bot.doctor.visit import Visit, known

FEW = 50
_WHY = "Something starts the bot again and again: look for a bot that ends soon after its start, or runs many times."


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    client = await known(visit.logged_in())
    limit = (await client.http.request(Route("GET", "/gateway/bot")))["session_start_limit"]
    left, total, hours = limit["remaining"], limit["total"], limit["reset_after"] / 3_600_000
    if not left:
        yield broken(f"The bot cannot connect for {hours:.1f} hours: it has done so {total} times today.", _WHY)
    elif left < min(FEW, total):
        yield warning(f"The bot may connect only {left} more times in the next {hours:.1f} hours, of {total}.", _WHY)
    else:
        yield ok(f"The bot may connect {left} more times today, of {total}.")
