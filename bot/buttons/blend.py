"""The buttons that turn the pages of the list of blends."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction
from bot.buttons.pressed import Pressed

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class BlendPage(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"blends:(?P<page>\d{1,3}):(?P<label>[<>])",
):
    """To a page, from 0; whoever presses it sees their own."""

    def __init__(self, page: int, label: str, *, disabled: bool = False) -> None:
        self.page = page
        custom_id = f"blends:{max(0, page)}:{label}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]), match["label"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.blends.page import show  # it has these buttons in it

        await show(interaction, self.page, turned=True)
