"""The list of those whom a server keeps from using the bot, for its moderators."""

import re
import time
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction
from bot.buttons.pressed import Pressed
from bot.moderation import moderating
from bot.quoting import quoted
from bot.store.blocks import Block
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 10
_WHY = 200


class BlockedPage(
    Pressed, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"blocked:(?P<page>\d{1,6})"
):
    def __init__(self, page: int, label: str = "", *, still: bool = False) -> None:
        self.page = page
        super().__init__(discord.ui.Button(label=label, custom_id=f"blocked:{max(0, page)}", disabled=still))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        guild_id = moderating.check_moderator(interaction)
        embed, view = await listed(bot, guild_id, self.page, await bot.locale_of(interaction))
        await interaction.response.edit_message(embed=embed, view=view)


async def listed(bot: "StyleSealBot", guild_id: int, page: int, locale: str) -> tuple[discord.Embed, discord.ui.View]:
    """That page (from 0), or the last there is."""
    now = time.time()
    count = await bot.blocks.count(guild_id, now)
    pages = max(1, -(-count // PER_PAGE))
    page = min(page, pages - 1)
    found = await bot.blocks.in_server(guild_id, now, PER_PAGE, page * PER_PAGE)
    lines = [_line(block, locale) for block in found] or [text(locale, "blocked_none")]
    embed = discord.Embed(title=text(locale, "blocked_title", number=count), description="\n".join(lines))
    view = discord.ui.View(timeout=None)
    for to, label in ((page - 1, "<"), (page + 1, ">")) if pages > 1 else ():
        view.add_item(BlockedPage(to, label, still=not 0 <= to < pages))
    return embed, view


def _line(block: Block, locale: str) -> str:
    until = text(locale, "block_good") if block.until is None else f"<t:{round(block.until)}:R>"
    by = f"<@{block.by}>" if block.by else text(locale, "audit_somebody")
    facts = [f"<@{block.user_id}>", until, text(locale, "blocked_by", by=by, at=round(block.at))]
    return "\n".join([" · ".join(facts), *([f"> {quoted(block.why, _WHY)}"] if block.why else [])])
