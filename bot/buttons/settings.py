"""What stands on the panel of a server's settings: lists and buttons, each for whoever may manage the server."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.pressed import Pressed
from bot.modal import show
from bot.servers import forms as settings_forms
from bot.servers.panel import FIRST, SECTION, SECTIONS, refresh, stamp
from bot.servers.picked import READERS, without_gone
from bot.servers.settings import LISTED, ServerSettings
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_LABEL = 80


class SettingsSection(Pressed, discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"settings_section"):
    """Which section is open."""

    def __init__(self, section: str = FIRST, locale: str = "en") -> None:
        options = [
            discord.SelectOption(
                label=text(locale, f"settings_section_{name}"),
                value=name,
                description=text(locale, f"settings_in_{name}"),
                default=name == section,
            )
            for name in SECTIONS
        ]
        placeholder = text(locale, "settings_what")
        super().__init__(
            discord.ui.Select(custom_id="settings_section", placeholder=placeholder, options=options, min_values=1)
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls()

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        gate.check_admin(interaction)
        chosen = next(iter(_values(interaction)), FIRST)
        await refresh(interaction, chosen if chosen in SECTIONS else FIRST)


class SettingsPick(
    Pressed,
    discord.ui.DynamicItem[Any],
    template=r"settings_pick:(?P<name>channels|log_channel|roles|style_roles|language|role|hidden_styles)"
    rf":(?P<section>{SECTION}):(?P<stamp>[0-9a-f]{{6}})",
):
    """A list that sets one setting, as its stamp says it was when it was shown."""

    def __init__(self, item: Any, name: str, section: str, stamp_: str) -> None:
        self.name, self.section, self.stamp = name, section, stamp_
        item.custom_id = f"settings_pick:{name}:{section}:{stamp_}"
        super().__init__(item)

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(item, match["name"], match["section"], match["stamp"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        gate.check_admin(interaction)
        values = _values(interaction)
        if self.name == "role":
            await settings_forms.open_role(interaction, values)
            return
        await _change(interaction, self.section, lambda old: self._fields(interaction, old, values))

    def _fields(self, interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> dict[str, Any]:
        """Raises `Refused`."""
        if stamp(old.everything()[self.name]) != self.stamp:
            raise Refused("settings_meanwhile")
        return {self.name: READERS[self.name](interaction, old, values)}


class SettingsAct(
    Pressed,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"settings_act:(?P<act>limits|defaults|words|adult_on|adult_off|spoiler_on|spoiler_off|clear_gone)"
    rf":(?P<section>{SECTION})",
):
    """A button: opens a form, or does one thing, which it names."""

    def __init__(self, act: str, section: str, locale: str = "en") -> None:
        self.act, self.section = act, section
        label = text(locale, f"settings_{act}")[:_LABEL]
        super().__init__(discord.ui.Button(label=label, custom_id=f"settings_act:{act}:{section}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["act"], match["section"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        gate.check_admin(interaction)
        if self.act in settings_forms.OPENED:
            settings, locale = await bot.rules.of(interaction.guild_id), await bot.locale_of(interaction)
            await show(interaction, settings_forms.form_of(self.act, settings, locale))
        elif self.act == "clear_gone":
            await _change(interaction, self.section, lambda old: without_gone(old, interaction.guild))
        else:
            name, _, on = self.act.rpartition("_")
            await _change(interaction, self.section, lambda old: {name: on == "on"})


async def _change(interaction: Interaction, section: str, make: Callable[[ServerSettings], dict[str, Any]]) -> None:
    """And shows the panel as it is then, with what changed, or why nothing did."""
    bot: StyleSealBot = interaction.client
    guild_id, locale = gate.check_admin(interaction), await bot.locale_of(interaction)
    try:
        found = await bot.rules.adjust(guild_id, interaction.user.id, make)
    except Refused as refused:
        note = f"⚠ {text(locale, refused.key, **refused.values)}"
    else:
        note = settings_forms.note_of(found, locale)
    await refresh(interaction, section, note)


def _values(interaction: Interaction) -> list[str]:
    data: dict[str, Any] = dict(interaction.data or {})
    return [str(one) for one in data.get("values", ())][:LISTED]
