"""Who may change a server's styles, and which these are. Asked when a command runs, on every click and of every form:
an id that comes back from Discord may be anybody's."""

from typing import TYPE_CHECKING

from adapters.library import Kept
from bot import gate
from bot.answers import Interaction, Refused
from bot.quoting import quoted
from bot.servers.settings import ServerSettings
from bot.styles.near import named
from bot.styles.picks import Pick
from protocol.errors import InvalidRequest

if TYPE_CHECKING:
    from bot.client import StyleSealBot


async def admitted(interaction: Interaction) -> tuple[int, ServerSettings]:
    """The server whose styles whoever asks may change, and its settings. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    settings = await bot.rules.of(interaction.guild_id)
    return gate.check_style_admin(interaction, settings.style_roles), settings


async def owned(interaction: Interaction, id: int) -> Kept:
    """A style of that server, for somebody who may change it. Raises `Refused`, of another server's as of one that
    there is not."""
    bot: StyleSealBot = interaction.client
    guild_id, _ = await admitted(interaction)
    try:
        kept = bot.styles.library.by_id(id)
    except InvalidRequest as gone:
        raise Refused("adapter_gone") from gone
    if kept.owner != str(guild_id):
        raise Refused("adapter_gone")
    return kept


async def owned_by_name(interaction: Interaction, name: str) -> Kept:
    """As `owned`. Raises `Refused` with the names that come near, or for a style that everyone has."""
    bot: StyleSealBot = interaction.client
    guild_id, _ = await admitted(interaction)
    own = {kept.style.name: kept for kept in bot.styles.of_server(guild_id)}
    picks: list[Pick] = [kept.style for kept in own.values()]
    same = name.strip().casefold()
    if not any(one.name.casefold() == same for one in picks):
        for common in bot.styles.of(guild_id):
            if common.name.casefold() == same:
                raise Refused("adapter_not_own", style=quoted(common.name))
    return own[named(picks, name).name]
