"""What a file of settings would change, and the two answers to it.

The file travels with the question, so that the answer needs nothing else, also after a restart.
"""

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.pressed import Pressed
from bot.servers.file import FILE_NAME, LARGEST, Proposal, fitting, read
from bot.servers.panel import stamp
from bot.servers.settings import ServerSettings
from bot.servers.shown import changes_said, differences
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_CHANGES = 3_500
"""Characters; a description takes 4,096."""
Json = dict[str, Any]


class ApplySettings(
    Pressed, discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"settings_apply:(?P<stamp>[0-9a-f]{6})"
):
    """Of what was set when it was asked, which its stamp tells."""

    def __init__(self, stamp_: str, locale: str = "en") -> None:
        self.stamp = stamp_
        label, style = text(locale, "settings_import_apply"), discord.ButtonStyle.primary
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"settings_apply:{stamp_}"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["stamp"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        guild_id = gate.check_admin(interaction)
        await interaction.response.defer()
        locale = await bot.locale_of(interaction)
        proposal = await proposed(interaction, await _sent_along(interaction))

        def unless_changed(old: ServerSettings) -> Json:
            if stamp(old.everything()) != self.stamp:
                raise Refused("settings_import_meanwhile")
            return dict(proposal.fields)

        try:
            found = await bot.rules.adjust(guild_id, interaction.user.id, unless_changed, "settings_import")
        except Refused as refused:
            if refused.key != "settings_import_meanwhile":
                raise
            words, embeds, view = await question(interaction, proposal)
            words = f"{text(locale, refused.key)}\n{words}"
            await interaction.edit_original_response(content=words, embeds=embeds, view=view)
            return
        embeds = [discord.Embed(description=changes_said(found, locale, _CHANGES))] if found else []
        words = text(locale, "settings_saved" if found else "settings_as_before")
        await interaction.edit_original_response(content=words, embeds=embeds, attachments=[], view=None)


class KeepSettings(Pressed, discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"settings_keep"):
    def __init__(self, locale: str = "en") -> None:
        super().__init__(discord.ui.Button(label=text(locale, "settings_import_keep"), custom_id="settings_keep"))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls()

    async def used(self, interaction: Interaction, bot: "StyleSealBot") -> None:
        gate.check_admin(interaction)
        words = text(await bot.locale_of(interaction), "settings_import_kept")
        await interaction.response.edit_message(content=words, embed=None, attachments=[], view=None)


async def ask(interaction: Interaction, data: bytes) -> None:
    """As the answer to a command that was deferred. Raises `Refused`."""
    proposal = await proposed(interaction, data)
    words, embeds, view = await question(interaction, proposal)
    if view is None:
        await interaction.followup.send(words, ephemeral=True)
        return
    file = discord.File(io.BytesIO(data), FILE_NAME)
    await interaction.followup.send(words, embeds=embeds, view=view, file=file, ephemeral=True)


async def proposed(interaction: Interaction, data: bytes) -> Proposal:
    """Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    fields = read(data, await bot.locale_of(interaction))
    if interaction.guild is None:
        raise Refused("servers_only")
    return fitting(fields, interaction.guild, await bot.picks(interaction))


async def question(
    interaction: Interaction, proposal: Proposal
) -> tuple[str, list[discord.Embed], discord.ui.View | None]:
    """The words of it, what would change, and the answers; without these where nothing would."""
    bot: StyleSealBot = interaction.client
    locale, old = await bot.locale_of(interaction), await bot.rules.of(interaction.guild_id)
    changes = differences(old, replace(old, **proposal.fields))
    notes = [text(locale, key) for key in proposal.notes]
    if proposal.dropped:
        notes.append(text(locale, "settings_import_dropped", count=proposal.dropped))
    if not changes:
        return "\n".join([text(locale, "settings_import_same"), *notes]), [], None
    view = discord.ui.View(timeout=None)
    view.add_item(ApplySettings(stamp(old.everything()), locale))
    view.add_item(KeepSettings(locale))
    embed = discord.Embed(description=changes_said(changes, locale, _CHANGES))
    return "\n".join([*notes, text(locale, "settings_import_ask")]), [embed], view


async def _sent_along(interaction: Interaction) -> bytes:
    """Raises `Refused`."""
    files = [] if interaction.message is None else interaction.message.attachments
    if len(files) != 1 or files[0].size > LARGEST:
        raise Refused("settings_import_gone")
    try:
        return await files[0].read()
    except (discord.HTTPException, OSError):
        raise Refused("settings_import_gone") from None
