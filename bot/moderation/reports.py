"""What moderators read of a picture that they are to look at: in the log channel of its server, or in a list."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.buttons.moderation import answers
from bot.buttons.report_list import ReportPick, ReportsPage
from bot.form import File, Form, Letter, Target
from bot.jobs import Job
from bot.pages import address
from bot.quoting import quoted
from bot.store.reports import Report
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

WHY = 300
"""Characters that somebody may write."""
PER_PAGE = 8
_PROMPT, _WHY, _WHY_LISTED = 300, 700, 150


def letter(report: Report, job: Job, channel_id: int, locale: str, *, shown: bool) -> Letter:
    """To the moderators in their log channel; `shown` is whether it may have the picture and its words."""
    kind = "held" if report.holds else f"report-{report.id}"
    target, form = Target(channel_id=channel_id), told(report, job, locale, shown=shown)
    return Letter(key=f"{kind}:{job.id}", target=target, form=form, created_at=time.time())


def told(report: Report, job: Job, locale: str, *, shown: bool) -> Form:
    """All that moderators should know, with what they can do."""
    head = "report_held" if report.holds else "report_made"
    lines = [text(locale, head, channel=job.place.channel_id, message=address(job))]
    lines.append(text(locale, "report_asked", user=job.user_id, at=round(job.created_at)))
    if not report.holds:
        lines.append(text(locale, "report_by", user=report.user_id, at=round(report.at)))
    if report.why:
        lines.append(f"> {quoted(report.why, _WHY)}")
    if shown:
        lines.append(text(locale, "report_words", words=quoted(job.request.prompt, _PROMPT)))
    else:
        lines.append(text(locale, "report_not_shown"))
    files = [
        File(name=f"{job.id}-{one.number}.png", job_id=job.id, number=one.number, spoiler=True) for one in job.pictures
    ]
    return Form.of("\n".join(lines), answers(report, locale), files=files if shown else ())


def fits(bot: "StyleSealBot", channel_id: int | None, job: Job) -> bool:
    """Whether a picture may be shown in that channel: what is age-restricted not everywhere."""
    channel = None if channel_id is None else bot.get_channel(channel_id)
    is_nsfw = getattr(channel, "is_nsfw", None)
    return not job.place.nsfw or (is_nsfw is not None and bool(is_nsfw()))


@dataclass(frozen=True, slots=True)
class Page:
    embed: discord.Embed
    view: discord.ui.View


async def page(bot: "StyleSealBot", guild_id: int, number: int, locale: str) -> Page:
    """The open reports of a server, that page (from 0) or the last there is."""
    count = await bot.reports.count_open(guild_id)
    pages = max(1, -(-count // PER_PAGE))
    number = min(number, pages - 1)
    found = await bot.reports.open_in(guild_id, PER_PAGE, number * PER_PAGE)
    jobs = [await bot.desk.jobs.get(report.job_id) for report in found]
    listed = [(report, job) for report, job in zip(found, jobs, strict=True) if job is not None]
    embed = discord.Embed(
        title=text(locale, "reports_title", number=count),
        description="\n\n".join(_line(place, *one, locale) for place, one in enumerate(listed, 1))
        or text(locale, "reports_none"),
    )
    return Page(embed, _view(listed, number, pages, locale))


def _line(place: int, report: Report, job: Job, locale: str) -> str:
    facts = [f"**{place}**", f"<@{job.user_id}>", f"[{text(locale, 'to_message')}]({address(job)})"]
    facts += [f"<t:{round(report.at)}:R>"]
    facts += [text(locale, "report_listed_held" if report.holds else "report_listed", user=report.user_id)]
    return "\n".join([" · ".join(facts), *([f"> {quoted(report.why, _WHY_LISTED)}"] if report.why else [])])


def _view(listed: Sequence[tuple[Report, Job]], number: int, pages: int, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    if listed:
        view.add_item(ReportPick(locale, [report for report, _ in listed]))
    for to, label in ((number - 1, "<"), (number + 1, ">")) if pages > 1 else ():
        view.add_item(ReportsPage(to, label, still=not 0 <= to < pages))
    return view
