"""`/moderation`: what moderators do besides the buttons of a report. Every answer is for them alone."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, Refused
from bot.buttons.moderation import WHY
from bot.moderation import moderating, reports
from bot.moderation.blocked import listed
from bot.moderation.moderating import SECONDS
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

moderation = app_commands.guild_only()(
    app_commands.Group(name="moderation", description=said("Reports, warnings and blocks, for moderators")),
)
Why = app_commands.Range[str, 1, WHY]


@moderation.command(name="block", description=said("Keep a member from using me here"))
@app_commands.describe(
    member=said("Who"), until=said("Until when; left out, for good"), why=said("Why; the member reads it")
)
@app_commands.choices(
    until=[
        app_commands.Choice(name=said("in an hour"), value="hour"),
        app_commands.Choice(name=said("in a day"), value="day"),
        app_commands.Choice(name=said("in a week"), value="week"),
        app_commands.Choice(name=said("for good"), value="good"),
    ]
)
async def block(interaction: Interaction, member: discord.User, until: str = "good", why: Why = "") -> None:
    _, locale = await _begun(interaction)
    ends, gone = await moderating.block(interaction, member.id, SECONDS[until], why)
    key = "mod_blocked" if ends is None else "mod_blocked_until"
    words = text(locale, key, user=member.id, until=round(ends or 0))
    if gone:
        words += " " + text(locale, "mod_cancelled", count=gone)
    await interaction.followup.send(words, ephemeral=True)


@moderation.command(name="unblock", description=said("Let a member use me again"))
@app_commands.describe(member=said("Who"))
async def unblock(interaction: Interaction, member: discord.User) -> None:
    _, locale = await _begun(interaction)
    if not await moderating.unblock(interaction, member.id):
        raise Refused("mod_not_blocked", user=member.id)
    await interaction.followup.send(text(locale, "mod_unblocked", user=member.id), ephemeral=True)


@moderation.command(name="blocked", description=said("Whom I do not paint for here"))
async def blocked(interaction: Interaction) -> None:
    bot, locale = await _begun(interaction)
    embed, view = await listed(bot, moderating.check_moderator(interaction), 0, locale)
    await interaction.followup.send(embed=embed, view=view, ephemeral=True)


@moderation.command(name="warn", description=said("Send a member a warning, in person"))
@app_commands.describe(member=said("Who"), why=said("Why; the member reads it"))
async def warn(interaction: Interaction, member: discord.Member | discord.User, why: Why) -> None:
    _, locale = await _begun(interaction)
    if member.id == interaction.user.id:
        raise Refused("mod_yourself")
    if member.bot:
        raise Refused("mod_myself")
    if not isinstance(member, discord.Member):  # whom this server has nothing to do with
        raise Refused("mod_not_here")
    await moderating.warn(interaction, member.id, why)
    await interaction.followup.send(text(locale, "mod_warned", user=member.id), ephemeral=True)


@moderation.command(name="reports", description=said("Pictures that somebody should look at"))
async def open_reports(interaction: Interaction) -> None:
    bot, locale = await _begun(interaction)
    shown = await reports.page(bot, moderating.check_moderator(interaction), 0, locale)
    await interaction.followup.send(embed=shown.embed, view=shown.view, ephemeral=True)


async def _begun(interaction: Interaction) -> tuple["StyleSealBot", str]:
    """For a moderator, and their language. Raises `Refused`."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    moderating.check_moderator(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    return bot, await bot.locale_of(interaction)
