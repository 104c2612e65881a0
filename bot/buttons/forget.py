"""The two answers to whether everything about a member is to be forgotten."""

import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord

from bot.answers import Interaction, Refused, answering
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_USER = r"(?P<user>\d{1,20})"


class _OfMember(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"unused:{_USER}"):
    """For that member alone, also where somebody makes up a custom_id, and wherever a server blocks them."""

    name: ClassVar[str]
    colour: ClassVar[discord.ButtonStyle]

    def __init__(self, user_id: int, locale: str = "en") -> None:
        self.user_id = user_id
        label = text(locale, f"prefs_{self.name}")
        super().__init__(discord.ui.Button(label=label, style=self.colour, custom_id=f"{self.name}:{user_id}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["user"]))

    async def callback(self, interaction: Interaction) -> None:
        bot: StyleSealBot = interaction.client
        async with answering(interaction):
            if interaction.user.id != self.user_id:
                raise Refused("prefs_not_you")
            await self.used(interaction, bot, await bot.locale_of(interaction))

    @abstractmethod
    async def used(self, interaction: Interaction, bot: "StyleSealBot", locale: str) -> None:
        """By the member it is for."""


class ForgetMe(_OfMember, template=rf"forget_me:{_USER}"):
    name = "forget_me"
    colour = discord.ButtonStyle.danger

    async def used(self, interaction: Interaction, bot: "StyleSealBot", locale: str) -> None:
        await interaction.response.edit_message(content=text(locale, "prefs_forgetting"), view=None)
        gone = await bot.forgetting.member(self.user_id)
        words = text(locale, "prefs_forgotten", **counted(gone.jobs, gone.pictures, locale))
        if gone.blocks:
            words += "\n" + text(locale, "prefs_blocks_stay", count=gone.blocks)
        await interaction.edit_original_response(content=words)


class KeepMe(_OfMember, template=rf"keep_me:{_USER}"):
    name = "keep_me"
    colour = discord.ButtonStyle.secondary

    async def used(self, interaction: Interaction, bot: "StyleSealBot", locale: str) -> None:
        await interaction.response.edit_message(content=text(locale, "prefs_kept_all"), view=None)


def counted(requests: int, pictures: int, locale: str) -> dict[str, str]:
    """What is gone, or would be."""
    return {
        "requests": text(locale, "prefs_requests", count=requests),
        "pictures": text(locale, "several", count=pictures),
    }


def forget_view(user_id: int, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(ForgetMe(user_id, locale))
    view.add_item(KeepMe(user_id, locale))
    return view
