"""The buttons under a finished picture that paint another from it, and the one that takes it away."""

from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction
from bot.buttons.base import JOB, NUMBERED, JobButton, PictureButton, as_private, once_more
from bot.jobs import Job
from bot.texts import text
from bot.wanted import larger, over

if TYPE_CHECKING:
    from bot.client import StyleSealBot

VARY_STRENGTH = 0.6
"""How far a variation leaves its picture: another one, of the same composition."""
ON_ITS_WAY = 10.0
"""Seconds to wait at most for what was being sent when it was taken away."""
_ARCHIVED = 50083
"""Discord's number for a thread that is archived."""


class Again(JobButton, template=rf"again:{JOB}"):
    name = "again"
    colour = discord.ButtonStyle.primary
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        await once_more(interaction, job)


class Vary(PictureButton, template=rf"vary:{NUMBERED}"):
    name = "vary"
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        await bot.asking.ask(interaction, await as_private(interaction, over(job, self.number, VARY_STRENGTH)))


class Upscale(PictureButton, template=rf"upscale:{NUMBERED}"):
    name = "upscale"
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        card = bot.engine.card()
        most = None if card is None else card.max_pixels
        await bot.asking.ask(interaction, await as_private(interaction, larger(job, self.number, most)))


class Delete(JobButton, template=rf"delete:{JOB}"):
    name = "delete"
    colour = discord.ButtonStyle.danger
    even_deleted = True  # the bot may have ended before the message said so

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        words = text(job.place.locale, "deleted")
        was_coming = await taken_back(bot, job)
        await interaction.response.edit_message(content=words, attachments=[], embeds=[], view=None)
        if was_coming:
            await bot.courier.emptied(ON_ITS_WAY)
            await interaction.edit_original_response(content=words, attachments=[], embeds=[], view=None)
        here = interaction.message
        if here is None or here.id != job.place.message_id:  # the button was under another that showed it
            await taken_away(bot, job, words)


async def taken_back(bot: "StyleSealBot", job: Job) -> bool:
    """Its pictures are kept no more, and nothing about it is sent any more. Whether something was on its way still: the
    answer to it may have been lost, and it comes before the last word."""
    letters = await bot.courier.outbox.of_job(job.id)
    for letter in letters:
        await bot.courier.outbox.sent(letter)
    await bot.pictures.delete(job.id)
    return bool(letters)


async def taken_away(bot: "StyleSealBot", job: Job, words: str) -> bool:
    """From its own message, if that is still there and lasts. False where the bot may not."""
    place = job.place
    if place.message_id is None or not place.lasts:
        return True
    message = bot.get_partial_messageable(place.channel_id).get_partial_message(place.message_id)
    try:
        try:
            await message.edit(content=words, attachments=[], embeds=[], view=None)
        except discord.HTTPException as wrong:
            if wrong.code != _ARCHIVED:
                raise
            await bot.http.edit_channel(place.channel_id, archived=False)
            await message.edit(content=words, attachments=[], embeds=[], view=None)
    except discord.NotFound:
        return True
    except discord.Forbidden:
        return False
    return True
