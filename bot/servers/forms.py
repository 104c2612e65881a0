"""Forms (modals) of a server's settings: filled in with what is set, and sent back whole or not at all.

A form's custom_id has a stamp of each field as it was when it was opened: what its admin left alone stays as it is by
then, and where somebody else has changed what they changed, they are told.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot import gate
from bot.answers import Interaction, Refused, answering, say
from bot.beginnings import beginning
from bot.modal import show
from bot.quoting import block, units
from bot.servers.fields import FIELDS, joined, read, words_fields, written
from bot.servers.panel import refresh, stamp
from bot.servers.settings import ServerSettings
from bot.servers.shown import changes_said
from bot.sizes import ASPECTS
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

OPENED = ("limits", "defaults", "words")
FORM = re.compile(r"settings_form:(?P<form>limits|defaults|words|role):(?P<role>\d{1,20}):(?P<stamps>[0-9a-f.]{6,40})")
_SECTION = {"limits": "limits", "role": "limits", "defaults": "defaults", "words": "content"}
_LABEL, _HINT, _TITLE = 45, 100, 45
_GIVEN_BACK = 2_900
"""Units of what somebody wrote that are shown; more of it is a file."""
_NOTE = 380


def form_of(form: str, settings: ServerSettings, locale: str, role: discord.Role | None = None) -> discord.ui.Modal:
    """One of `OPENED`, or that of a role."""
    fields = written(form, settings, 0 if role is None else role.id)
    stamps = ".".join(stamp(one) for one in ([joined(fields)] if form == "words" else fields.values()))
    title = text(locale, f"settings_form_{form}", role="" if role is None else beginning(role.name, 30))
    custom_id = f"settings_form:{form}:{0 if role is None else role.id}:{stamps}"
    modal = discord.ui.Modal(title=title[:_TITLE], custom_id=custom_id)
    for name, value in fields.items():
        modal.add_item(_label(name, value, locale))
    return modal


async def open_role(interaction: Interaction, values: Sequence[str]) -> None:
    """The form of the role that was chosen. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    settings = await bot.rules.of(interaction.guild_id)
    role = _role(interaction, values[0] if values else "")
    await show(interaction, form_of("role", settings, await bot.locale_of(interaction), role))


async def submitted(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """All that was changed in it is set, or nothing; then what was written is given back."""
    bot: StyleSealBot = interaction.client
    set_ = False
    async with answering(interaction):
        await gate.check(bot, interaction)
        guild_id = gate.check_admin(interaction)
        form, locale = match["form"], await bot.locale_of(interaction)
        role = _role(interaction, match["role"]).id if form == "role" else 0
        picks = await bot.picks(interaction)
        stamps = match["stamps"].split(".")
        found = await bot.rules.adjust(
            guild_id, interaction.user.id, lambda old: read(form, old, role, stamps, filled, picks)
        )
        await refresh(interaction, _SECTION[form], note_of(found, locale))
        set_ = True
    if not set_:
        await _give_back(interaction, await bot.locale_of(interaction), filled)


def note_of(changes: Sequence[Mapping[str, Any]], locale: str) -> str:
    if not changes:
        return text(locale, "settings_as_before")
    return f"{text(locale, 'settings_saved')}\n{changes_said(changes, locale, _NOTE)}"


def _label(name: str, value: str, locale: str) -> discord.ui.Label[Any]:
    field = FIELDS[words_fields(name)]
    hint = text(locale, f"settings_hint_{words_fields(name)}", **field.bounds)[:_HINT]
    made: discord.ui.Item[Any]
    if name == "default_aspect":
        options = [discord.SelectOption(label=one, default=one == value) for one in ASPECTS]
        made = discord.ui.Select(custom_id=name, options=options, min_values=0, required=False)
    else:
        style = discord.TextStyle.paragraph if field.long else discord.TextStyle.short
        most = max(field.most, len(value))
        made = discord.ui.TextInput(custom_id=name, style=style, default=value or None, required=False, max_length=most)
    label = text(locale, f"setting_{words_fields(name)}")[:_LABEL]
    return discord.ui.Label(text=label, description=hint, component=made)


def _role(interaction: Interaction, id_: str) -> discord.Role:
    """Raises `Refused` for one that is not of this server."""
    guild = interaction.guild
    found = guild.get_role(int(id_)) if guild is not None and id_.isdigit() else None
    if found is None:
        raise Refused("settings_not_here")
    return found


async def _give_back(interaction: Interaction, locale: str, filled: Mapping[str, str]) -> None:
    """What they wrote, so that they need not write it again."""
    told = "\n\n".join(
        f"{text(locale, f'setting_{words_fields(name)}')}:\n{value}"
        for name, value in filled.items()
        if value.strip() and words_fields(name) in FIELDS
    )
    if not told:
        return
    if units(told) <= _GIVEN_BACK:
        await say(interaction, text(locale, "you_wrote"), embeds=[discord.Embed(description=block(told, 4_000))])
        return
    file = discord.File(io.BytesIO(told.encode(errors="replace")), "settings.txt")
    await say(interaction, text(locale, "you_wrote"), file=file)
