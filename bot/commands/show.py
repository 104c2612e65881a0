"""`/show`: a picture once more, in full."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.app_commands import locale_str as said

from bot.answers import Interaction
from bot.beginnings import beginning
from bot.commands.paint import unlike
from bot.commands.places import everywhere
from bot.showing import show as shown

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_OFFERED, _LOOKED_AT = 25, 100
_NAME = 100


@everywhere
@app_commands.command(name="show", description=said("Show a picture once more, to you alone"))
@app_commands.describe(job=said("Its id, as it stands under the picture"))
async def show(interaction: Interaction, job: str) -> None:
    await shown(interaction, job)


@show.autocomplete("job")
async def _own(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Their latest ones."""
    bot: StyleSealBot = interaction.client
    jobs = await bot.desk.jobs.latest_of_member(interaction.user.id, _LOOKED_AT)
    words = typed.strip().casefold()
    offered = [(beginning(" · ".join(filter(None, (job.style, job.request.prompt))), _NAME), job) for job in jobs]
    fitting = [(name, job) for name, job in offered if words in f"{job.id} {job.style} {job.request.prompt}".casefold()]
    return unlike((name, beginning(f"{job.id} · {name}", _NAME), job.id) for name, job in fitting[:_OFFERED])
