"""The buttons under an answer that shows one's place in line."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, answering
from bot.buttons.base import JOB
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_Button = discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]]


class Refresh(_Button, template="line"):
    def __init__(self, label: str = "") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id="line", row=1))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        async with answering(interaction):
            await gate.check(interaction.client, interaction)
            await _refreshed(interaction)


class Withdraw(_Button, template=rf"withdraw:{JOB}"):
    """As Cancel under a job's own message, which it changes as well."""

    def __init__(self, job_id: str, label: str = "") -> None:
        self.job_id = job_id
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.danger, custom_id=f"withdraw:{job_id}", row=0)
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"])

    async def callback(self, interaction: Interaction) -> None:
        from bot.line import withdraw  # it has these buttons in it

        bot: StyleSealBot = interaction.client
        async with answering(interaction):
            await gate.check(bot, interaction)
            key = await withdraw(interaction, self.job_id)
            await _refreshed(interaction, text(await bot.locale_of(interaction), key))


async def _refreshed(interaction: Interaction, notice: str = "") -> None:
    from bot.line import looked_at

    embed, view = await looked_at(interaction, notice)
    await interaction.response.edit_message(embed=embed, view=view)
