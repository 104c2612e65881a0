"""Whether there is an engine, or what one would be started with."""

from collections.abc import AsyncGenerator
from importlib.metadata import version

from bot.doctor.engine_reach import EngineThere
from bot.doctor.finding import Finding, broken, ok, warning
from bot.doctor.visit import Visit


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    there = await visit.engine()
    if there is None:
        if visit.case.start_with is None:
            todo = "`styleseal doctor --start-engine` tries that."
            yield ok("No engine runs now; the bot starts one of its own.", todo)
    else:
        for finding in described(there, f"The engine at {there.address}"):
            yield finding


def described(there: EngineThere, engine: str) -> list[Finding]:
    health, base = there.health, there.base
    if health.status == "failed":
        return [broken(f"{engine} has no base: {health.detail}", "Correct that, and start the engine again.")]
    found = []
    if health.status == "loading":
        found.append(warning(f"{engine} is still loading: {health.detail}", "Wait for it, and run this again."))
    if base is not None:
        side = int(base.max_pixels**0.5)
        found.append(
            ok(
                f"{engine} paints with {base.name} on {base.device} in {base.dtype}, up to {base.max_pixels} pixels "
                f"(such as {side}x{side})."
            )
        )
    if health.version not in ("", own := version("styleseal")):
        todo = "Bring both to the same version, and start the engine again."
        found.append(warning(f"{engine} is of StyleSeal {health.version}, and the bot of {own}.", todo))
    return found
