"""Whether this machine's clock is right, by Discord's."""

from collections.abc import AsyncGenerator

from bot.doctor.finding import Finding, ok, warning
from bot.doctor.visit import Visit, known

SECONDS = 5.0
"""Off by more is worth a word."""


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    if not visit.token:
        return
    ahead = (await known(visit.reached())).ahead
    if ahead is None:
        return
    if abs(ahead) <= SECONDS:
        yield ok("This machine's clock agrees with Discord's.")
        return
    way = "ahead of" if ahead > 0 else "behind"
    yield warning(
        f"This machine's clock is {abs(ahead):.0f} s {way} Discord's: what the bot says will happen when is off by as "
        "much, and secure connections may be refused.",
        "Switch on setting the clock by the network (on Linux: timedatectl set-ntp true).",
    )
