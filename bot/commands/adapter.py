"""`/adapter`: what those who may add styles to a server do with them. Every answer is for them alone."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from adapters.library import EVERYONE, Kept, State
from adapters.styles import Style
from bot.adding import admin as style_admin
from bot.adding.info import info
from bot.adding.page import page_of
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.adapter import Act, ask_to_remove, moved, show_again
from bot.quoting import quoted
from bot.servers.blocked_words import first_blocked
from bot.servers.settings import LISTED, ServerSettings
from bot.styles.choices import MOST
from bot.styles.near import Names, named
from bot.texts import text
from bot.wish import PROMPT

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_LINK = 1_000
_ANY = tuple(state for state in State if state is not State.RETIRED)

adapter = app_commands.Group(name="adapter", description=said("This server's own styles: add, change, remove them"))
adapter = app_commands.allowed_installs(guilds=True, users=False)(adapter)
adapter = app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(adapter)


@adapter.command(name="add", description=said("Add a style to this server, from a link or a file"))
@app_commands.describe(
    link=said("A page on Civitai or Hugging Face, or the https link of a file"),
    file=said("A .safetensors file with a LoRA"),
)
async def add(
    interaction: Interaction,
    link: app_commands.Range[str, 1, _LINK] | None = None,
    file: discord.Attachment | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    await style_admin.admitted(interaction)
    source = link if file is None else file
    if source is None or (link is not None and file is not None):
        raise Refused("adding_one_of")
    await bot.adding.begin(interaction, source, await bot.locale_of(interaction))


@adapter.command(name="list", description=said("All styles of this server, drafts among them"))
async def list_(interaction: Interaction) -> None:
    bot: StyleSealBot = interaction.client
    guild_id, _ = await style_admin.admitted(interaction)
    coming, locale = await bot.adding.store.of_server(guild_id), await bot.locale_of(interaction)
    page = page_of(bot.styles.of_server(guild_id), coming, 0, locale)
    await interaction.response.send_message(embed=page.embed, view=page.view, ephemeral=True)


@adapter.command(name="edit", description=said("Change a style of this server: name, trigger, weight, tags, rating"))
@app_commands.describe(style=said("The style"))
async def edit(interaction: Interaction, style: str) -> None:
    kept = await style_admin.owned_by_name(interaction, style)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_again(interaction, kept)


@adapter.command(name="preview", description=said("What a style of this server does to a picture"))
@app_commands.describe(style=said("The style"), prompt=said("What to paint with it and without it, if not the usual"))
async def preview(
    interaction: Interaction, style: str, prompt: app_commands.Range[str, 1, PROMPT] | None = None
) -> None:
    bot: StyleSealBot = interaction.client
    kept = await style_admin.owned_by_name(interaction, style)
    if prompt is not None:
        settings = await bot.rules.of(interaction.guild_id)
        if (word := first_blocked(prompt, settings.blocked_words)) is not None:
            raise Refused("blocked_word", word=quoted(word, 60))
    await interaction.response.defer(ephemeral=True, thinking=True)
    if prompt is not None:
        await bot.adding.repaint(kept, prompt)
    await show_again(interaction, kept)


@adapter.command(name="disable", description=said("Switch a style off in this server, or on again"))
@app_commands.describe(style=said("The style, also one that everyone has"))
async def disable(interaction: Interaction, style: str) -> None:
    bot: StyleSealBot = interaction.client
    guild_id, settings = await style_admin.admitted(interaction)
    own = {kept.style.name.casefold(): kept for kept in bot.styles.of_server(guild_id)}
    found = named([*(kept.style for kept in own.values()), *_everyones(bot)], style)
    locale, name = await bot.locale_of(interaction), found.name.casefold()
    await interaction.response.defer(ephemeral=True, thinking=True)
    if name in own:
        if own[name].state is State.DRAFT:
            raise Refused("adapter_is_draft")
        kept = await moved(interaction, own[name], Act.ON if own[name].state is State.DISABLED else Act.OFF)
        off = kept.state is State.DISABLED
    else:
        off = await _hidden(interaction, settings, found)
    words = text(locale, "adapter_now_off" if off else "adapter_now_on", style=quoted(found.name))
    await interaction.edit_original_response(content=words)


@adapter.command(name="remove", description=said("Remove a style from this server"))
@app_commands.describe(
    style=said("The style"), at_once=said("Also from under old pictures, whose buttons then do not work")
)
async def remove(interaction: Interaction, style: str, at_once: bool = False) -> None:
    bot: StyleSealBot = interaction.client
    kept = await style_admin.owned_by_name(interaction, style)
    way = Act.DISCARD if kept.state is State.DRAFT else Act.PURGE if at_once else Act.RETIRE
    await ask_to_remove(interaction, kept, await bot.locale_of(interaction), (way,))


@adapter.command(name="info", description=said("Everything that is known of a style of this server"))
@app_commands.describe(style=said("The style"))
async def info_(interaction: Interaction, style: str) -> None:
    bot: StyleSealBot = interaction.client
    kept = await style_admin.owned_by_name(interaction, style)
    uses = await bot.popularity.of(interaction.guild_id, bot.styles.of(interaction.guild_id))
    locale, painted = await bot.locale_of(interaction), uses.get(kept.style.name.casefold(), 0)
    await interaction.response.send_message(embed=info(kept, painted, locale), ephemeral=True)


@adapter.command(name="quota", description=said("How much room this server has for styles"))
async def quota(interaction: Interaction) -> None:
    bot: StyleSealBot = interaction.client
    guild_id, _ = await style_admin.admitted(interaction)
    library, locale, most = bot.styles.library, await bot.locale_of(interaction), bot.adding.way.quota
    own, retired = library.kept(str(guild_id)), library.retired(str(guild_id))
    used = library.used(str(guild_id)) / 2**20
    words = text(locale, "adapter_quota", styles=len(own), most=most.styles, mib=used, most_mib=most.bytes / 2**20)
    if retired:
        words += "\n" + text(locale, "adapter_quota_retired", count=len(retired))
    await interaction.response.send_message(words, ephemeral=True)


@edit.autocomplete("style")
@preview.autocomplete("style")
@remove.autocomplete("style")
@info_.autocomplete("style")
async def _own(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return await _offered(interaction, typed, _ANY, with_everyones=False)


@disable.autocomplete("style")
async def _switched(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return await _offered(interaction, typed, (State.ACTIVE, State.DISABLED), with_everyones=True)


async def _offered(
    interaction: Interaction, typed: str, states: Collection[State], *, with_everyones: bool
) -> list[app_commands.Choice[str]]:
    """To whom may change styles there, and nothing to the others."""
    bot: StyleSealBot = interaction.client
    try:
        guild_id, settings = await style_admin.admitted(interaction)
    except Refused:
        return []
    locale = await bot.locale_of(interaction)
    own: list[Kept] = [kept for kept in bot.styles.of_server(guild_id) if kept.state in states]
    told = {kept.style.name: text(locale, f"adapter_state_{kept.state}") for kept in own}
    there = [kept.style for kept in own]
    if with_everyones:
        names = {kept.style.name.casefold() for kept in bot.styles.of_server(guild_id)}
        for style in _everyones(bot):
            if style.name.casefold() not in names:
                there.append(style)
                hidden = style.name.casefold() in settings.hidden_styles
                told[style.name] = text(locale, "adapter_everyones_off" if hidden else "adapter_everyones")
    ranked = sorted(Names(there).like(typed), key=lambda pair: pair[0])[:MOST]
    return [
        app_commands.Choice(name=beginning(f"{style.name} · {told[style.name]}", 100), value=style.name)
        for _, style in ranked
    ]


def _everyones(bot: "StyleSealBot") -> Iterable[Style]:
    """Each name once."""
    shared = [kept.style for kept in bot.styles.library.kept(EVERYONE) if kept.state is State.ACTIVE]
    return {style.name.casefold(): style for style in [*bot.styles.fixed(), *shared]}.values()


async def _hidden(interaction: Interaction, settings: ServerSettings, style: Style) -> bool:
    """Hides a style of everyone in this server, or shows it again; whether it is hidden now. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    assert interaction.guild_id is not None, "it was asked before"
    name = style.name.casefold()
    off = name not in settings.hidden_styles

    def made(now: ServerSettings) -> dict[str, tuple[str, ...]]:
        others = tuple(one for one in now.hidden_styles if one != name)
        if off and len(others) >= LISTED:
            raise Refused("adapter_hidden_full", count=LISTED)
        return {"hidden_styles": (*others, name) if off else others}

    kind = "adapter_disabled" if off else "adapter_enabled"
    await bot.rules.adjust(interaction.guild_id, interaction.user.id, made, kind, {"style": quoted(style.name)})
    return off
