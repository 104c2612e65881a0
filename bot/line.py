"""What a member sees of the line, and taking jobs out of it. Other members' words are nobody's business here."""

import re
from typing import TYPE_CHECKING

import discord

from bot.answers import Interaction
from bot.beginnings import beginning
from bot.buttons.base import JOB
from bot.buttons.line import Refresh, Withdraw
from bot.desk import Foreseen
from bot.jobs import Job, State
from bot.quoting import quoted
from bot.result import cancelled
from bot.seeing import moderates
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

BUTTONS = 5
_LINES = 8
_PROMPT, _STYLE = 80, 60
"""Characters of each."""


async def looked_at(interaction: Interaction, notice: str = "") -> tuple[discord.Embed, discord.ui.View]:
    """The line as it is now, below `notice`, for an answer that only this member sees."""
    bot: StyleSealBot = interaction.client
    locale, user = await bot.locale_of(interaction), interaction.user.id
    mine = bot.desk.of_member(user)
    lines = [f"**{notice}**"] if notice else []
    lines.append(_engine(bot, locale))
    if interaction.guild_id is not None:
        waiting, painting = bot.desk.of_server(f"guild {interaction.guild_id}")
        parts = {"waiting": waiting, "painting": painting}
        said = {name: text(locale, f"server_{name}", count=count) for name, count in parts.items()}
        lines.append(text(locale, "server_line", **said))
    lines += ["", *(_own(locale, number, *one) for number, one in enumerate(mine[:_LINES], 1))]
    if len(mine) > _LINES:
        lines.append(text(locale, "own_more", count=len(mine) - _LINES))
    if not mine:
        lines.append(text(locale, "own_none"))
    view = discord.ui.View(timeout=None)
    for number, (job, _) in enumerate(mine[:BUTTONS], 1):
        view.add_item(Withdraw(job.id, text(locale, "cancel_listed", number=number)))
    view.add_item(Refresh(text(locale, "refresh")))
    return discord.Embed(description="\n".join(lines)), view


async def withdraw(interaction: Interaction, job_id: str) -> str:
    """Cancels a job for its owner, or a moderator where it is, and says so in its message; the key of how it went."""
    bot: StyleSealBot = interaction.client
    job = await bot.desk.jobs.get(job_id) if re.fullmatch(JOB, job_id) else None
    mine = job is not None and job.user_id == interaction.user.id
    # One that is not acknowledged yet has no message, and cannot be taken out of the line.
    if job is None or job.state is State.ASKED or not (mine or moderates(interaction, job)):
        return "not_to_cancel"
    if not await bot.desk.cancel(job.id, letter=cancelled(job)):
        return "too_late"
    bot.courier.wake()
    return "cancelled"


def turn(locale: str, foreseen: Foreseen | None) -> str:
    """One's place, or that it is being painted."""
    return text(locale, "own_painting") if foreseen is None else text(locale, "own_place", place=foreseen.turn)


def _own(locale: str, number: int, job: Job, foreseen: Foreseen | None) -> str:
    eta = "" if foreseen is None or foreseen.at is None else text(locale, "about", at=foreseen.at)
    facts = [f"{turn(locale, foreseen)}{eta}"]
    facts += [quoted(beginning(job.style, _STYLE))] if job.style else []
    return f"**{number}** · {' · '.join(facts)} · {quoted(beginning(job.request.prompt, _PROMPT))}"


def _engine(bot: "StyleSealBot", locale: str) -> str:
    card = bot.engine.card()
    if bot.engine.state().ready:
        return text(locale, "engine_ready", base="" if card is None else f": {quoted(beginning(card.name, _STYLE))}")
    return text(locale, "engine_away")  # why is for who runs it: that names files and addresses
