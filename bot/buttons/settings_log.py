"""The buttons under a page of a server's trail."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction
from bot.buttons.pages import Turn
from bot.buttons.pressed import Pressed

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class TrailPage(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"settings_log:(?P<page>\d{1,6}):(?P<turn>first|before|here|after|last)",
):
    """Turns to a page, from 0; which way is in the custom_id, since two of them may be the same page."""

    def __init__(self, page: int, turn: Turn, label: str = "", *, still: bool = False) -> None:
        self.page = page
        custom_id = f"settings_log:{page}:{turn}"
        super().__init__(discord.ui.Button(label=label or str(turn), custom_id=custom_id, disabled=still))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]), Turn(match["turn"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.servers.panel_log import page_of  # it has these buttons in it

        guild_id = gate.check_admin(interaction)
        embed, view = await page_of(bot, guild_id, self.page, await bot.locale_of(interaction))
        await interaction.response.edit_message(embed=embed, view=view)
