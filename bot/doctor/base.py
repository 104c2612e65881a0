"""Whether the base is there and whole."""

from collections.abc import AsyncGenerator

from bot.doctor.finding import Finding, NotKnown, gigabytes, ok
from bot.doctor.visit import Visit


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    must_be_here(visit)
    base = await visit.base()
    kind = base.family.title if base.family is not None else base.pipeline or "of a kind not known here"
    title = f" ({kind})" if base.family is None or base.family.key != base.name else ""
    yield ok(f"The base {base.name}{title} is whole: {gigabytes(base.size)} of weights.")


def must_be_here(visit: Visit) -> None:
    """Raises `NotKnown` where the engine is at an address of its own: its base and GPU may be another machine's."""
    if visit.bot.engine_address is not None:
        raise NotKnown
