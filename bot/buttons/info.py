"""Info: all that made a picture, for the one who asks."""

import asyncio
from typing import TYPE_CHECKING

from bot.answers import Interaction
from bot.buttons.base import JOB, JobButton
from bot.facts import of_job
from bot.jobs import Job
from bot.store.pictures import PictureMissing
from protocol.errors import InvalidRequest
from protocol.parameters import Painted, painted_in

if TYPE_CHECKING:
    from bot.client import StyleSealBot


class Info(JobButton, template=rf"info:{JOB}"):
    name = "info"
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        await inform(interaction, bot, job)


async def inform(interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
    """Privately, as the first answer. A disk may take its time."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    picks = await bot.picks(interaction)
    embed = of_job(job, await _recorded(bot, job), picks, await bot.locale_of(interaction))
    await interaction.followup.send(embed=embed, ephemeral=True)


async def _recorded(bot: "StyleSealBot", job: Job) -> Painted | None:
    """What its first picture says, while that is kept."""
    if not job.pictures:
        return None
    try:
        return await asyncio.to_thread(painted_in, await bot.pictures.read(job.id, job.pictures[0].number))
    except (PictureMissing, InvalidRequest):
        return None
