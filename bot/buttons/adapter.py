"""The buttons and the list on a style's panel, and those that ask before one is removed. Each looks anew whose style it
is, and who clicks."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import discord

from adapters.library import Kept, State
from bot.adding import admin as style_admin
from bot.answers import Interaction, Refused
from bot.buttons.pressed import Pressed
from bot.gate import is_nsfw
from bot.modal import show
from bot.quoting import quoted
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_STYLE = r"(?P<style>\d{1,18})"


class Act(StrEnum):
    DETAILS = "details"
    ACTIVATE = "activate"
    OFF = "off"
    ON = "on"
    REPAINT = "repaint"
    DISCARD = "discard"
    REMOVE = "remove"
    RETIRE = "retire"
    """Removed, as far as the pictures' buttons let it be."""
    PURGE = "purge"
    KEEP = "keep"


_COLOURS: Mapping[Act, discord.ButtonStyle] = {
    Act.DETAILS: discord.ButtonStyle.primary,
    Act.ACTIVATE: discord.ButtonStyle.success,
    Act.ON: discord.ButtonStyle.success,
    Act.DISCARD: discord.ButtonStyle.danger,
    Act.RETIRE: discord.ButtonStyle.danger,
    Act.PURGE: discord.ButtonStyle.danger,
}
_MOVES: Mapping[Act, tuple[State, str]] = {
    Act.ACTIVATE: (State.ACTIVE, "adapter_activated"),
    Act.ON: (State.ACTIVE, "adapter_enabled"),
    Act.OFF: (State.DISABLED, "adapter_disabled"),
}
"""The state it comes to, and what the trail has of it."""
_FROM: Mapping[Act, State] = {Act.ACTIVATE: State.DRAFT, Act.ON: State.DISABLED, Act.OFF: State.ACTIVE}


class StyleButton(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"adapter:(?P<act>{'|'.join(Act)}):{_STYLE}",
):
    def __init__(self, style_id: int, act: Act, locale: str = "en") -> None:
        self.style_id, self.act = style_id, act
        colour = _COLOURS.get(act, discord.ButtonStyle.secondary)
        label = text(locale, f"adapter_act_{act}")
        super().__init__(discord.ui.Button(label=label, style=colour, custom_id=f"adapter:{act}:{style_id}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["style"]), Act(match["act"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        from bot.adding.form import form_of  # it has what these are on

        if self.act is Act.KEEP:
            await style_admin.admitted(interaction)
            words = text(await bot.locale_of(interaction), "adapter_kept")
            await interaction.response.edit_message(content=words, view=None)
            return
        kept = await style_admin.owned(interaction, self.style_id)
        locale = await bot.locale_of(interaction)
        if self.act is Act.DETAILS:
            await show(interaction, form_of(kept, locale))
        elif self.act is Act.REMOVE:
            await ask_to_remove(interaction, kept, locale, (Act.RETIRE, Act.PURGE))
        elif self.act in (Act.DISCARD, Act.RETIRE, Act.PURGE):
            if self.act is Act.DISCARD and kept.state is not State.DRAFT:  # the panel is of before it was activated
                raise Refused(f"adapter_is_{kept.state}")
            await interaction.response.defer()
            words = await bot.removal.remove(interaction, kept, at_once=self.act is not Act.RETIRE, locale=locale)
            await interaction.edit_original_response(content=words, embed=None, view=None, attachments=[])
        elif self.act is Act.REPAINT:
            await _repaint(interaction, bot, kept, locale)
        else:
            await interaction.response.defer()
            kept = await moved(interaction, kept, self.act)
            await show_again(interaction, kept)


class RatingList(
    Pressed, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"adapter_rating:{_STYLE}"
):
    def __init__(self, style_id: int, locale: str = "en", *, adult: bool = False) -> None:
        self.style_id = style_id
        options = [
            discord.SelectOption(label=text(locale, f"adapter_rating_{value}"), value=value, default=chosen)
            for value, chosen in (("all", not adult), ("adult", adult))
        ]
        super().__init__(
            discord.ui.Select(
                custom_id=f"adapter_rating:{style_id}", placeholder=text(locale, "adapter_rating"), options=options
            )
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["style"]))

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        kept = await style_admin.owned(interaction, self.style_id)
        data: dict[str, Any] = dict(interaction.data or {})
        adult = data["values"][0] == "adult"
        await interaction.response.defer()
        if adult is not kept.style.adult:
            kept = await asyncio.to_thread(
                bot.styles.library.edit, kept.id, lambda now: replace(now.style, adult=adult)
            )
            await noted(interaction, kept, "adapter_edited")
        await show_again(interaction, kept)


async def moved(interaction: Interaction, kept: Kept, act: Act) -> Kept:
    """Activated, switched off or on. Raises `Refused` where somebody else was faster."""
    bot: StyleSealBot = interaction.client
    state, kind = _MOVES[act]
    if kept.state is not _FROM[act]:
        raise Refused(f"adapter_is_{kept.state}")
    kept = await asyncio.to_thread(bot.styles.library.move, kept.id, state)
    await noted(interaction, kept, kind)
    return kept


async def noted(interaction: Interaction, kept: Kept, kind: str) -> None:
    """On the server's trail."""
    bot: StyleSealBot = interaction.client
    guild_id, settings = int(kept.owner), await bot.rules.of(int(kept.owner))
    await bot.trail.note(guild_id, settings, interaction.user.id, kind, style=quoted(kept.style.name))


async def show_again(interaction: Interaction, kept: Kept, key: str = "") -> None:
    """Its panel in the message of the interaction, which was deferred; with a text above it."""
    bot: StyleSealBot = interaction.client
    locale, nsfw = await bot.locale_of(interaction), is_nsfw(interaction)
    words = text(locale, key) if key else ""
    panel = await asyncio.to_thread(bot.panels.of, kept, locale, nsfw=nsfw, words=words)
    await interaction.edit_original_response(**panel.edit())


async def ask_to_remove(interaction: Interaction, kept: Kept, locale: str, ways: tuple[Act, ...]) -> None:
    """As the first answer."""
    view = discord.ui.View(timeout=None)
    for act in (*ways, Act.KEEP):
        view.add_item(StyleButton(kept.id, act, locale))
    key = "adapter_ask_both" if len(ways) > 1 else f"adapter_ask_{ways[0]}"
    bot: StyleSealBot = interaction.client
    words = text(locale, key, style=quoted(kept.style.name), count=bot.removal.days)
    await interaction.response.send_message(words, view=view, ephemeral=True)


async def _repaint(interaction: Interaction, bot: "StyleSealBot", kept: Kept, locale: str) -> None:
    await interaction.response.defer()
    await interaction.edit_original_response(content=text(locale, "adapter_repainting"), view=None)
    try:
        await bot.adding.repaint(kept)
    finally:
        await show_again(interaction, bot.styles.library.by_id(kept.id))
