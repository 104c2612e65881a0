"""What moderators do about a picture that was reported, and to whoever asked for it."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

import discord

from bot import gate
from bot.answers import Interaction, Refused, say
from bot.buttons.held import Reject, Release
from bot.buttons.of_report import REPORT, OfReport, ReportButton, found, mark
from bot.buttons.result import ON_ITS_WAY, taken_away, taken_back
from bot.jobs import Job
from bot.modal import show
from bot.moderation import moderating
from bot.pages import address
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(rf"report_(?:warn|block):{REPORT}(?::(?P<time>hour|day|week|good))?")
WHY = 300
"""Characters that a moderator may write."""


class TakeAway(ReportButton, template=rf"report_delete:{REPORT}"):
    name = "report_delete"
    colour = discord.ButtonStyle.danger

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        """Also where it is gone already."""
        await interaction.response.defer()
        if await taken_back(bot, job):
            await bot.courier.emptied(ON_ITS_WAY)
        gone = await taken_away(bot, job, text(job.place.locale, "mod_deleted"))
        entry, log = await moderating.entered(interaction, "picture_deleted", job.user_id, message=address(job))
        await bot.reports.close(job.id, entry, log)
        bot.courier.wake()
        await mark(interaction, report, "mark_deleted", gone=(self.name, Dismiss.name))
        if not gone:
            await say(interaction, text(await bot.locale_of(interaction), "mod_not_taken"))


class Dismiss(ReportButton, template=rf"report_dismiss:{REPORT}"):
    name = "report_dismiss"

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        await interaction.response.defer()
        entry, log = await moderating.entered(interaction, "report_dismissed", job.user_id, message=address(job))
        await bot.reports.close(job.id, entry, log)
        bot.courier.wake()
        await mark(interaction, report, "mark_dismissed")


class WarnThem(ReportButton, template=rf"report_warn:{REPORT}"):
    name = "report_warn"

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        moderating.check_moderator(interaction)
        await show(interaction, form_of(await bot.locale_of(interaction), "warn", report.id))


class BlockThem(
    OfReport, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"report_block:{REPORT}"
):
    name = "report_block"

    def __init__(self, report_id: str, locale: str = "en") -> None:
        self.report_id = report_id
        options = [discord.SelectOption(label=text(locale, f"block_{one}"), value=one) for one in moderating.SECONDS]
        super().__init__(
            discord.ui.Select(
                placeholder=text(locale, self.name), custom_id=f"{self.name}:{report_id}", options=options, row=1
            )
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["report"])

    async def done(self, interaction: Interaction, bot: "StyleSealBot", report: Report, job: Job) -> None:
        moderating.check_moderator(interaction)
        (chosen,) = (one for one in self.item.values if one in moderating.SECONDS)
        await show(interaction, form_of(await bot.locale_of(interaction), "block", f"{report.id}:{chosen}"))


def answers(report: Report, locale: str, left: Collection[str] | None = None) -> discord.ui.View:
    """What can be done about it; `left` are the names of those that are still offered, all where it is None."""
    kinds: tuple[type[ReportButton] | type[BlockThem], ...] = (
        (Release, Reject) if report.holds else (TakeAway, WarnThem, Dismiss, BlockThem)
    )
    view = discord.ui.View(timeout=None)
    for kind in kinds:
        if left is None or kind.name in left:
            view.add_item(kind(report.id, locale))
    return view


def form_of(locale: str, act: str, about: str) -> discord.ui.Modal:
    """Asks a moderator why; what they write is read by the member."""
    modal = discord.ui.Modal(title=text(locale, f"{act}_title"), custom_id=f"report_{act}:{about}")
    field = discord.ui.TextInput[discord.ui.View](
        custom_id="why", style=discord.TextStyle.paragraph, required=False, max_length=WHY
    )
    modal.add_item(
        discord.ui.Label(text=text(locale, "mod_why"), description=text(locale, "mod_why_hint"), component=field)
    )
    return modal


async def answered(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent: the member is blocked, or warned."""
    bot: StyleSealBot = interaction.client
    await gate.check(bot, interaction)
    report, job = await found(interaction, match["report"])
    moderating.check_moderator(interaction)
    if report.holds:
        raise Refused("report_gone")
    why = filled.get("why", "").strip()[:WHY]
    await interaction.response.defer()
    if match["time"] is not None:
        until, _ = await moderating.block(interaction, job.user_id, moderating.SECONDS[match["time"]], why)
        key = "mark_blocked" if until is None else "mark_blocked_until"
        values = {"until": round(until or 0)}
        name = BlockThem.name
    else:
        if job.user_id == interaction.user.id:
            raise Refused("mod_yourself")
        await moderating.warn(interaction, job.user_id, why, job)
        key, values, name = "mark_warned", {}, WarnThem.name
    await bot.reports.close(job.id)
    await mark(interaction, report, key, gone=(name, Dismiss.name), user=job.user_id, **values)
