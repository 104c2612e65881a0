"""The buttons under a style's card: they paint in it, star it, make it one's usual style, and lead back."""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused, answering, say
from bot.buttons.pressed import Pressed
from bot.modal import show
from bot.quoting import block
from bot.store.styles_used import MOST
from bot.styles.gallery import LOOK, STYLE, Look, with_id
from bot.texts import text
from bot.wish import PROMPT, Wish, understood

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(rf"style_try:{STYLE}")
_GIVEN_BACK = 1_900


class Act(StrEnum):
    """What a button does; the key of its text is `card_` and its name."""

    TRY = "try"
    STAR = "star"
    UNSTAR = "unstar"
    SET = "default"
    UNSET = "no_default"
    REFRESH = "refresh"
    BACK = "back"


class CardButton(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]],
    template=rf"style_card:(?P<act>try|star|unstar|default|no_default|refresh|back):{STYLE}:{LOOK}",
):
    def __init__(self, act: Act, style: str, look: Look, locale: str = "en") -> None:
        self.act, self.style, self.look = act, style, look
        colour = discord.ButtonStyle.primary if act is Act.TRY else discord.ButtonStyle.secondary
        label = text(locale, f"card_{act}")
        super().__init__(discord.ui.Button(label=label, style=colour, custom_id=f"style_card:{act}:{style}:{look}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(Act(match["act"]), match["style"], Look.of(match.groupdict()))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.styles.card import show_card
        from bot.styles.gallery_page import turn_to  # they have these buttons in them

        if self.act is Act.TRY:
            await self._ask(interaction, bot)
            return
        await interaction.response.defer()
        if self.act is Act.BACK:
            await turn_to(interaction, self.look)
            return
        if self.act in (Act.STAR, Act.UNSTAR):
            await self._star(interaction, bot)
        elif self.act in (Act.SET, Act.UNSET):
            await self._set(interaction, bot)
        await show_card(interaction, self.style, self.look)

    async def _ask(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        await with_id(interaction, self.style)
        locale = await bot.locale_of(interaction)
        modal = discord.ui.Modal(title=text(locale, "card_try_title"), custom_id=f"style_try:{self.style}")
        field = discord.ui.TextInput[discord.ui.View](
            custom_id="prompt", style=discord.TextStyle.paragraph, max_length=PROMPT
        )
        modal.add_item(discord.ui.Label(text=text(locale, "card_try_prompt"), component=field))
        await show(interaction, modal)

    async def _star(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        pick, _ = await with_id(interaction, self.style)
        liked, user = await bot.choices.liked(interaction.user.id), interaction.user.id
        if self.act is Act.STAR and pick.name not in liked.favourites and len(liked.favourites) >= MOST:
            raise Refused("prefs_full", count=len(liked.favourites))
        await bot.choices.star(user, pick.name, self.act is Act.STAR)

    async def _set(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        pick, _ = await with_id(interaction, self.style)
        likes = await bot.members.of(interaction.user.id)
        if self.act is Act.SET:
            await bot.members.set(interaction.user.id, replace(likes, style=pick.name))
        elif likes.style == pick.name:
            await bot.members.set(interaction.user.id, replace(likes, style=None))


async def tried(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent. What was written in it is given back where nothing came of it."""
    bot: StyleSealBot = interaction.client
    prompt, painted = filled.get("prompt", "").strip(), False
    async with answering(interaction):
        await gate.check(bot, interaction)
        pick, picks = await with_id(interaction, match["style"])
        if not prompt:
            raise Refused("no_prompt")
        likes, settings = await bot.members.of(interaction.user.id), await bot.rules.of(interaction.guild_id)
        adult = settings.adult and gate.is_nsfw(interaction)
        wish = Wish(prompt=prompt, style=pick.name)
        await bot.asking.ask(interaction, understood(wish, likes, settings, picks, adult=adult))
        painted = True
    if not painted and prompt:
        await say(interaction, f"{text(await bot.locale_of(interaction), 'you_wrote')}\n{block(prompt, _GIVEN_BACK)}")
