"""`/cancel`: takes a job out of the line, one's own or, for moderators, somebody else's."""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import locale_str as said

from bot import gate
from bot.answers import Interaction, say
from bot.beginnings import beginning
from bot.commands.paint import unlike
from bot.commands.places import everywhere
from bot.desk import Foreseen
from bot.jobs import Job
from bot.line import looked_at, turn, withdraw
from bot.seeing import moderates
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

log = logging.getLogger(__name__)
ALL = "all"
_OFFERED, _LOOKED_AT = 25, 100
_NAME, _SOMEBODY = 100, 32
_NAMES_SECONDS = 1.0
Choice = app_commands.Choice[str]


@everywhere
@app_commands.command(name="cancel", description=said("Cancel a picture that is not finished"))
@app_commands.describe(job=said("Which one; left out, the only one"))
async def cancel(interaction: Interaction, job: str | None = None) -> None:
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    locale, mine = await bot.locale_of(interaction), bot.desk.of_member(interaction.user.id)
    if job == ALL:
        await interaction.response.defer(ephemeral=True, thinking=True)
        done = [await withdraw(interaction, one.id) for one, _ in mine].count("cancelled")
        await say(interaction, text(locale, "cancelled_every", count=done))
    elif job is not None:
        await say(interaction, text(locale, await withdraw(interaction, job.strip())))
    elif len(mine) > 1:
        embed, view = await looked_at(interaction, text(locale, "cancel_which"))
        await interaction.response.send_message(embed=embed, view=view, ephemeral=True)
    else:
        key = await withdraw(interaction, mine[0][0].id) if mine else "nothing_to_cancel"
        await say(interaction, text(locale, key))


@cancel.autocomplete("job")
async def _unfinished(interaction: Interaction, typed: str) -> list[Choice]:
    """One's own, then what a moderator may cancel besides."""
    bot: StyleSealBot = interaction.client
    locale, mine = await bot.locale_of(interaction), bot.desk.of_member(interaction.user.id)
    choices = [Choice(name=text(locale, "cancel_every", count=len(mine)), value=ALL)] if len(mine) > 1 else []
    choices += [
        Choice(name=_name(turn(locale, place), job.style, job.request.prompt), value=job.id) for job, place in mine
    ]
    if interaction.permissions.manage_messages and interaction.guild_id is not None:
        choices += await _of_others(bot, interaction, locale)
    words = typed.strip().casefold()
    fitting = [one for one in choices if words in one.name.casefold() or words == one.value][:_OFFERED]
    return unlike((one.name, _name(one.value, one.name), one.value) for one in fitting)


async def _of_others(bot: "StyleSealBot", interaction: Interaction, locale: str) -> list[Choice]:
    """With the names of their members, and their words where a moderator sees them as well."""
    assert interaction.guild_id is not None, "moderators are of servers"
    unfinished = await bot.desk.jobs.unfinished_of_guild(interaction.guild_id, _LOOKED_AT)
    others = [job for job in unfinished if job.user_id != interaction.user.id and moderates(interaction, job)]
    names = await _names(interaction.guild, {job.user_id for job in others[:_OFFERED]})
    places: dict[str, Foreseen] = {job.id: place for job, place in bot.desk.line()} if others else {}
    adults = gate.is_nsfw(interaction)

    def shown(job: Job) -> str:
        somebody = beginning(names.get(job.user_id) or text(locale, "a_member"), _SOMEBODY)
        if job.place.private:
            words = text(locale, "private_mark")
        else:
            words = "" if job.place.nsfw and not adults else job.request.prompt
        return _name(turn(locale, places.get(job.id)), somebody, job.style, words)

    return [Choice(name=shown(job), value=job.id) for job in others[:_OFFERED]]


async def _names(guild: discord.Guild | None, ids: Iterable[int]) -> dict[int, str]:
    """As far as they are known in time; those asked for once are remembered with the server."""
    if guild is None:
        return {}
    known = {id: member.display_name for id in ids if (member := guild.get_member(id)) is not None}
    unknown = [id for id in ids if id not in known]
    if unknown and guild.me is not None:
        try:
            async with asyncio.timeout(_NAMES_SECONDS):
                found = await guild.query_members(user_ids=unknown, limit=len(unknown), cache=True)
        except TimeoutError:
            log.info("the names of %d members did not come in time", len(unknown))
        else:
            known |= {member.id: member.display_name for member in found}
    return known


def _name(*parts: str) -> str:
    return beginning(" · ".join(filter(None, parts)), _NAME)
