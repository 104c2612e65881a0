"""`/blend`: a member's own blends of several styles. Every answer is for them alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.blends.form import check_name, check_words, form_of
from bot.blends.making import NAME, TITLE, folded, sound_name, sound_parts, sound_title
from bot.blends.page import said_parts, show
from bot.commands.paint import as_choices, unlike
from bot.commands.places import everywhere
from bot.modal import show as show_form
from bot.quoting import quoted
from bot.store.blends import KeptBlend
from bot.styles.choices import MOST
from bot.styles.near import named
from bot.styles.picks import Broken, Picks
from bot.texts import text
from bot.wish import WEIGHT

if TYPE_CHECKING:
    from bot.client import StyleSealBot

Weight = app_commands.Range[float, *WEIGHT]
blend = everywhere(app_commands.Group(name="blend", description=said("Your own blends of styles")))


@blend.command(name="create", description=said("Blend up to four styles under a name"))
@app_commands.describe(
    name=said("What it is to be called"),
    style1=said("The first style"),
    style2=said("The second style"),
    weight1=said("How strong the first is"),
    weight2=said("How strong the second is"),
    style3=said("A third style"),
    weight3=said("How strong the third is"),
    style4=said("A fourth style"),
    weight4=said("How strong the fourth is"),
    title=said("A few words about it"),
)
async def create(
    interaction: Interaction,
    name: app_commands.Range[str, 1, NAME],
    style1: str,
    style2: str,
    weight1: Weight | None = None,
    weight2: Weight | None = None,
    style3: str | None = None,
    weight3: Weight | None = None,
    style4: str | None = None,
    weight4: Weight | None = None,
    title: app_commands.Range[str, 1, TITLE] | None = None,
) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    given = ((style1, weight1), (style2, weight2), (style3, weight3), (style4, weight4))
    styles = (await bot.picks(interaction)).catalogue
    parts = sound_parts([(named(styles, one), weight) for one, weight in given if one is not None])
    own = sound_name(name)
    await check_name(interaction, own)
    kept = await bot.blends.create(interaction.user.id, own, sound_title(title or ""), parts)
    locale = await bot.locale_of(interaction)
    words = text(locale, "blend_made", blend=quoted(kept.name), parts=said_parts(kept, locale))
    await interaction.response.send_message(words, ephemeral=True)


@blend.command(name="edit", description=said("Change one of your blends"))
@app_commands.describe(name=said("Which blend"))
async def edit(interaction: Interaction, name: str) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    kept, catalogue = await _found(interaction, name), (await bot.picks(interaction)).catalogue
    named = bot.blends.named_as(kept, interaction.guild_id, catalogue)
    await show_form(interaction, form_of(named, await bot.locale_of(interaction)))


@blend.command(name="share", description=said("Let everybody in this server paint with a blend, or not any more"))
@app_commands.describe(name=said("Which blend"), shared=said("False takes it back"))
async def share(interaction: Interaction, name: str, shared: bool = True) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    guild_id = gate.check_server(interaction)
    kept = await _found(interaction, name, also_shared=not shared)
    if shared:
        await _check_here(interaction, guild_id, kept)
        await bot.blends.share(kept, guild_id)
    else:
        await _unshare(interaction, guild_id, kept)
    locale = await bot.locale_of(interaction)
    words = text(locale, "blend_shared" if shared else "blend_unshared", blend=quoted(kept.name))
    await interaction.response.send_message(words, ephemeral=True)


@blend.command(name="delete", description=said("Delete one of your blends"))
@app_commands.describe(name=said("Which blend"))
async def delete(interaction: Interaction, name: str) -> None:
    """Of somebody else's, those who moderate take away what is shared; it stays its maker's own."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    kept = await _found(interaction, name, also_shared=True)
    own = kept.user_id == interaction.user.id
    if own:
        await bot.blends.remove(kept)
    else:
        await _unshare(interaction, gate.check_server(interaction), kept)
    words = text(
        await bot.locale_of(interaction), "blend_deleted" if own else "blend_unshared", blend=quoted(kept.name)
    )
    await interaction.response.send_message(words, ephemeral=True)


@blend.command(name="list", description=said("Your blends, and those shared in this server"))
async def list_(interaction: Interaction) -> None:
    await gate.check(interaction.client, interaction)
    await show(interaction, 0)


@create.autocomplete("style1")
@create.autocomplete("style2")
@create.autocomplete("style3")
@create.autocomplete("style4")
async def _styles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Without blends, which are not blended again."""
    bot: StyleSealBot = interaction.client
    styles = Picks((await bot.picks(interaction, offered=True)).catalogue)
    return as_choices(await bot.choices.of(interaction.user.id, typed, styles))


@share.autocomplete("name")
@delete.autocomplete("name")
async def _names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return await _choices(interaction, typed, await _visible(interaction, also_shared=True))


@edit.autocomplete("name")
async def _own_names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return await _choices(interaction, typed, await _visible(interaction, also_shared=False))


async def _choices(interaction: Interaction, typed: str, blends: Sequence[KeptBlend]) -> list[app_commands.Choice[str]]:
    """What others share is chosen by its id, and said to be shared, where it has the name of one's own."""
    words, own = typed.strip().casefold(), interaction.user.id
    locale = await interaction.client.locale_of(interaction)
    names = {one.folded for one in blends if one.user_id == own}
    fitting = [one for one in blends if words in f"{one.name}\n{one.title}".casefold()]
    fitting.sort(key=lambda one: (one.user_id != own, not one.folded.startswith(words)))
    lines = list[tuple[str, str, str]]()
    for one in fitting[:MOST]:
        twin = one.user_id != own and one.folded in names
        about = text(locale, "blend_is_shared") if twin else one.title
        line = beginning(" - ".join(filter(None, (one.name, about))), 100)
        lines.append((line, one.name, one.id if twin else one.name))
    return unlike(lines)


async def _visible(interaction: Interaction, *, also_shared: bool) -> list[KeptBlend]:
    """Their own, then, for those who moderate, what others have shared with the server."""
    bot: StyleSealBot = interaction.client
    own = list(await bot.blends.of_member(interaction.user.id))
    if not also_shared or not interaction.permissions.manage_messages or not interaction.is_guild_integration():
        return own
    shared = await bot.blends.shared_in(interaction.guild_id)
    return own + [one for one in shared if one.user_id != interaction.user.id]


async def _found(interaction: Interaction, name: str, *, also_shared: bool = False) -> KeptBlend:
    """Raises `Refused`; whether somebody else has such a one is not told."""
    wanted = folded(name)
    for one in await _visible(interaction, also_shared=also_shared):
        if wanted in (one.folded, one.id):
            return one
    raise Refused("no_such_blend", blend=quoted(name, 60))


async def _check_here(interaction: Interaction, guild_id: int, kept: KeptBlend) -> None:
    """Whether it can be painted in that server, under its name. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    made = bot.blends.made(kept, guild_id, (await bot.picks(interaction)).catalogue, shared=False)
    if isinstance(made, Broken):
        raise Refused("blend_part_missing", blend=quoted(kept.name), style=quoted(made.style))
    await check_name(interaction, kept.name, of=kept)
    await check_words(bot, guild_id, kept.name, kept.title)


async def _unshare(interaction: Interaction, guild_id: int, kept: KeptBlend) -> None:
    bot: StyleSealBot = interaction.client
    await bot.blends.unshare(kept, guild_id)
    if kept.user_id != interaction.user.id:
        settings = await bot.rules.of(guild_id)
        name = quoted(kept.name)
        await bot.trail.note(guild_id, settings, interaction.user.id, "blend_unshared", kept.user_id, blend=name)
