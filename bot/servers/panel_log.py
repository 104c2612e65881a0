"""The trail of a server, page by page, for those who may manage it."""

from typing import TYPE_CHECKING

import discord

from bot.buttons.settings_log import TrailPage
from bot.buttons.turn import Turn
from bot.servers.trail import line
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 8
_LINE = 480
"""Characters of an entry; a description takes 4,096 in all."""


async def page_of(
    bot: "StyleSealBot", guild_id: int, page: int, locale: str
) -> tuple[discord.Embed, discord.ui.View | None]:
    """That page, or the last there is."""
    store = bot.trail.store
    pages = max(1, -(-await store.count(guild_id) // PER_PAGE))
    page = min(page, pages - 1)
    entries = await store.trail(guild_id, PER_PAGE, page * PER_PAGE)
    lines = [line(one, locale, _LINE) for one in entries] or [text(locale, "settings_log_empty")]
    embed = discord.Embed(title=text(locale, "settings_log_title"), description="\n\n".join(lines))
    return embed, _turns(page, pages) if pages > 1 else None


def _turns(page: int, pages: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for turn in Turn:
        view.add_item(TrailPage(page, turn, pages))
    return view
