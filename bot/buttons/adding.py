"""Stop: the button under what tells how far an adapter is that is being added."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.adding import admin as style_admin
from bot.answers import Interaction, Refused
from bot.buttons.pressed import Pressed
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class StopAdding(
    Pressed, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"adapter_stop:(?P<id>[0-9a-f]{16})"
):
    """For whoever may add styles in that server."""

    def __init__(self, id: str, locale: str = "en") -> None:
        self.addition_id = id
        super().__init__(discord.ui.Button(label=text(locale, "adding_stop"), custom_id=f"adapter_stop:{id}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["id"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        guild_id, _ = await style_admin.admitted(interaction)
        await interaction.response.defer()
        if not await bot.adding.stop(self.addition_id, guild_id):
            raise Refused("adding_over")
        words = text(await bot.locale_of(interaction), "adding_stopped")
        await interaction.edit_original_response(content=words, view=None)
