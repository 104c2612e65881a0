"""The list of blends: a member's own, and those that are shared where they are, page by page."""

from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction
from bot.buttons.blend import BlendPage
from bot.quoting import quoted
from bot.store.blends import KeptBlend
from bot.styles.picks import Broken
from bot.texts import number, text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

PER_PAGE = 8


async def show(interaction: Interaction, page: int, *, turned: bool = False) -> None:
    """That page (from 0), or the last there is: as the first answer, or in place of the page that was turned."""
    bot: StyleSealBot = interaction.client
    locale, user = await bot.locale_of(interaction), interaction.user.id
    own, settings = await bot.blends.of_member(user), await bot.rules.of(interaction.guild_id)
    both = [*own, *await bot.blends.others_in(user, interaction.guild_id, settings)]
    pages = max(1, -(-len(both) // PER_PAGE))
    page = min(page, pages - 1)
    here = {one.id for one in await bot.blends.shared_in(interaction.guild_id)}
    lines = [await _line(interaction, one, one.id in here) for one in both[page * PER_PAGE : (page + 1) * PER_PAGE]]
    title = text(locale, "blends_title", count=len(own))
    embed = discord.Embed(title=title, description="\n\n".join(lines) or text(locale, "blends_none"))
    view = discord.ui.View(timeout=None)
    for to, label in ((page - 1, "<"), (page + 1, ">")) if pages > 1 else ():
        view.add_item(BlendPage(to, label, disabled=not 0 <= to < pages))
    if turned:
        await interaction.response.edit_message(embed=embed, view=view)
    else:
        await interaction.response.send_message(embed=embed, view=view, ephemeral=True)


def said_parts(kept: KeptBlend, locale: str) -> str:
    """As a member reads them."""
    return " + ".join(f"{quoted(part.name)} × {number(locale, part.weight)}" for part in kept.parts)


async def _line(interaction: Interaction, kept: KeptBlend, is_shared: bool) -> str:
    bot: StyleSealBot = interaction.client
    locale, catalogue = await bot.locale_of(interaction), (await bot.picks(interaction)).catalogue
    made = bot.blends.made(kept, interaction.guild_id, catalogue, shared=is_shared)
    named = bot.blends.named_as(kept, interaction.guild_id, catalogue)
    facts = [f"**{quoted(kept.name)}**", quoted(kept.title, 150) if kept.title else ""]
    if kept.user_id != interaction.user.id:
        facts.append(text(locale, "blend_of", user=kept.user_id))
    elif is_shared:
        facts.append(text(locale, "blend_is_shared"))
    lines = [" · ".join(filter(None, facts)), said_parts(named, locale)]
    if isinstance(made, Broken):
        key = "blend_part_off_short" if made.switched_off else "blend_part_gone_short"
        lines.append(f"*{text(locale, key, style=quoted(made.style))}*")
    return "\n".join(lines)
