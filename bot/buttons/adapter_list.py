"""The buttons and the list under a page of a server's styles: they turn it, and open the panel of one."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from adapters.library import Kept
from bot.adding import admin as style_admin
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.adapter import show_again
from bot.buttons.pressed import Pressed
from bot.buttons.turn import TURNS, Turn
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_LABEL = 100


class TurnPage(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"adapter_page:(?P<page>\d{{1,6}}):{TURNS}",
):
    def __init__(self, page: int, turn: Turn, pages: int = 1) -> None:
        """`page` is where it stands, from 0."""
        self.page = page
        to, label, still = turn.button(page, pages)
        custom_id = f"adapter_page:{to}:{turn}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=still, row=1))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]), Turn.HERE)

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.adding.page import page_of  # it has these in it

        guild_id, _ = await style_admin.admitted(interaction)
        coming = await bot.adding.store.of_server(guild_id)
        locale = await bot.locale_of(interaction)
        page = page_of(bot.styles.of_server(guild_id), coming, self.page, locale)
        await interaction.response.edit_message(embed=page.embed, view=page.view)


class Pick(Pressed, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template="adapter_pick"):
    def __init__(self, locale: str = "en", styles: Sequence[Kept] = ()) -> None:
        options = [
            discord.SelectOption(
                label=beginning(kept.style.name, _LABEL),
                value=str(kept.id),
                description=beginning(text(locale, f"adapter_state_{kept.state}"), _LABEL),
            )
            for kept in styles
        ]
        placeholder = text(locale, "adapter_list_open")
        super().__init__(discord.ui.Select(placeholder=placeholder, custom_id="adapter_pick", options=options, row=0))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls()

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        chosen = str((data.get("values") or [""])[0])
        if not re.fullmatch(r"\d{1,18}", chosen):
            raise Refused("adapter_gone")
        kept = await style_admin.owned(interaction, int(chosen))
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_again(interaction, kept)
