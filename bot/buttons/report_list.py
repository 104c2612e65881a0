"""The list and the buttons under a page of reports that nobody has answered yet."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction
from bot.buttons.of_report import found
from bot.buttons.pressed import Pressed
from bot.moderation import moderating
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class ReportsPage(
    Pressed, discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"reports:(?P<page>\d{1,6})"
):
    def __init__(self, page: int, label: str = "", *, still: bool = False) -> None:
        self.page = page
        super().__init__(discord.ui.Button(label=label, custom_id=f"reports:{max(0, page)}", disabled=still, row=1))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.moderation.reports import page

        guild_id = moderating.check_moderator(interaction)
        shown = await page(bot, guild_id, self.page, await bot.locale_of(interaction))
        await interaction.response.edit_message(embed=shown.embed, view=shown.view)


class ReportPick(Pressed, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template="report_pick"):
    """Shows one of a list to the moderator alone, with its picture."""

    def __init__(self, locale: str = "en", reports: Sequence[Report] = ()) -> None:
        options = [
            discord.SelectOption(label=text(locale, "report_pick_one", number=number), value=report.id)
            for number, report in enumerate(reports, 1)
        ]
        super().__init__(
            discord.ui.Select(placeholder=text(locale, "report_pick"), custom_id="report_pick", options=options, row=0)
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls()

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.moderation.showing import look

        (chosen,) = self.item.values[:1] or ("",)
        report, job = await found(interaction, chosen)
        await look(interaction, report, job)
