"""The buttons under a page of a server's trail."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction
from bot.buttons.pressed import Pressed
from bot.buttons.turn import TURNS, Turn

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class TrailPage(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"settings_log:(?P<page>\d{{1,6}}):{TURNS}",
):
    def __init__(self, page: int, turn: Turn, pages: int = 1) -> None:
        """`page` is where it stands, from 0."""
        self.page = page
        to, label, still = turn.button(page, pages)
        super().__init__(discord.ui.Button(label=label, custom_id=f"settings_log:{to}:{turn}", disabled=still))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]), Turn.HERE)

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.servers.panel_log import page_of  # it has these buttons in it

        guild_id = gate.check_admin(interaction)
        embed, view = await page_of(bot, guild_id, self.page, await bot.locale_of(interaction))
        await interaction.response.edit_message(embed=embed, view=view)
