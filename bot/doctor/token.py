"""Whether there is a token, and Discord takes it."""

from collections.abc import AsyncGenerator

from bot.doctor.discord_reach import host_of
from bot.doctor.finding import Finding, ok
from bot.doctor.visit import Visit
from bot.settings import DISCORD


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    if visit.bot.discord_token is None:
        yield ok(
            "There is no token of Discord's, so `styleseal run` uses the playground, a Discord on this machine.",
            "To be on Discord itself, set STYLESEAL_DISCORD_TOKEN to the token of a bot, from its developer portal "
            "(https://discord.com/developers/applications).",
        )
        return
    client = await visit.logged_in()
    where = "Discord" if visit.bot.discord_api == DISCORD else host_of(visit.bot.discord_api)
    yield ok(f"{where} takes the token: the bot is {client.user}.")
