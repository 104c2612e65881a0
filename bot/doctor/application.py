"""What Discord's developer portal says of the application, and whether it is in any server."""

from collections.abc import AsyncGenerator

import discord

from bot.doctor.finding import Finding, broken, counted, ok, warning
from bot.doctor.permissions import ALL
from bot.doctor.visit import Visit, known

_PORTAL = "In the developer portal (https://discord.com/developers/applications)"
_PRIVILEGED = {
    "message content": ("gateway_message_content", "gateway_message_content_limited"),
    "server members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "presence": ("gateway_presence", "gateway_presence_limited"),
}


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    client = await known(visit.logged_in())
    application = await client.application_info()
    if application.interactions_endpoint_url:
        yield broken(
            "The application has an Interactions Endpoint URL, so Discord sends commands there and not to the bot.",
            f"{_PORTAL}, General Information, empty the field.",
        )
    if application.bot_require_code_grant:
        yield warning(
            "The application requires an OAuth2 code grant, so it cannot be invited by its link.",
            f"{_PORTAL}, Bot, switch it off.",
        )
    yield _intents(application.flags)
    yield _installed(application, await visit.guilds())


def _intents(flags: discord.ApplicationFlags) -> Finding:
    needless = [name for name, bits in _PRIVILEGED.items() if any(getattr(flags, bit) for bit in bits)]
    if not needless:
        return ok("The bot needs no privileged intents, and the application has none.")
    return ok(
        f"The bot needs no privileged intents; the application has {', '.join(needless)}.",
        f"{_PORTAL}, Bot, they can be switched off, unless another program uses the same application.",
    )


def _installed(application: discord.AppInfo, guilds: list[discord.Guild]) -> Finding:
    if guilds:
        return ok(f"The bot is in {counted(len(guilds), 'server')}.")
    link = discord.utils.oauth_url(application.id, permissions=ALL, scopes=("bot", "applications.commands"))
    if people := application.approximate_user_install_count or 0:
        return ok(
            f"The bot is in no server; {counted(people, 'person')} installed it for themselves.", f"Invite: {link}"
        )
    return warning("The bot is in no server, so nobody can use it.", f"Open this link and choose one: {link}")
