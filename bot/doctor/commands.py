"""Whether Discord knows the bot's commands."""

from collections.abc import AsyncGenerator

from discord import app_commands

from bot.doctor.finding import Finding, counted, listed, ok, warning
from bot.doctor.visit import Visit, known

OWN = "paint"
_SHOWN = 12


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    client = await known(visit.logged_in())
    commands = await app_commands.CommandTree(client).fetch_commands()
    slash = [f"/{one.name}" for one in commands if one.type.value == 1]
    if not commands:
        yield ok("Discord knows no commands of the bot yet; they appear when it starts.", "Run `styleseal run`.")
    elif f"/{OWN}" not in slash:
        yield warning(
            f"Discord knows {listed(slash, _SHOWN)} of this bot and no /{OWN}: those are another program's.",
            "StyleSeal puts its own commands in their place when it starts; give each program a bot of its own.",
        )
    else:
        yield ok(f"Discord knows {counted(len(commands), 'command')}: {listed(slash, _SHOWN)}.")
