"""Style: a private list of styles, and the same picture in the one that is chosen."""

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction, Refused, say
from bot.buttons.base import JOB, JobButton, OfJob, as_private
from bot.jobs import Job
from bot.quoting import quoted
from bot.styles.choices import MOST
from bot.styles.near import named
from bot.styles.picks import Pick, Picks
from bot.texts import text
from bot.wanted import Wanted, like
from protocol.presets import PRESETS

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_NONE = ","
"""No style: none is named with a comma."""


class Styles(JobButton, template=rf"styles:{JOB}"):
    name = "styles"
    for_everyone = True

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        locale = await bot.locale_of(interaction)
        picks = await bot.picks(interaction, offered=True)
        likely = await bot.choices.of(interaction.user.id, "", picks)
        others = [style for style in likely if style.name != job.style][: MOST - bool(job.style)]
        if not others and not job.style:
            raise Refused("no_other_style")
        view = discord.ui.View(timeout=None)
        view.add_item(StyleList(job.id, locale, others, with_none=bool(job.style)))
        there = sum(style.name != job.style for style in picks)
        more = there > len(others)
        words = text(locale, "choose_style_of" if more else "choose_style", count=len(others), all=there)
        await say(interaction, words, view=view)


class StyleList(OfJob, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"style:{JOB}"):
    for_everyone = True

    def __init__(
        self, job_id: str, locale: str = "en", styles: list[Pick] | None = None, *, with_none: bool = True
    ) -> None:
        self.job_id = job_id
        options = [discord.SelectOption(label=text(locale, "no_style"), value=_NONE)] if with_none else []
        for style in styles or ():
            options.append(discord.SelectOption(label=style.name, description=style.title[:100] or None))
        super().__init__(
            discord.ui.Select(custom_id=f"style:{job_id}", placeholder=text(locale, "style_list"), options=options)
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        chosen = data["values"][0]
        picks = await bot.picks(interaction)
        style = None if chosen == _NONE else named(picks, chosen)
        wanted = await as_private(interaction, restyled(job, style, picks))
        locale = await bot.language_there(interaction, private=wanted.private)
        old, new = (quoted(name) if name else text(locale, "no_style_short") for name in (job.style, wanted.style))
        await bot.asking.ask(interaction, wanted.changed(note=text(locale, "changed_style", old=old, new=new)))


def restyled(job: Job, style: Pick | None, picks: Picks) -> Wanted:
    """The same picture in that style, as strong as is recommended. What the old style's preset had set is left to the
    base, or to the new one's."""
    fields: dict[str, Any] = {"adapters": () if style is None else style.uses(), "variants": ()}
    old = [one.preset for use in job.request.adapters if (one := picks.with_hash(use.sha256)) is not None]
    for preset in [one for one in old if one][:1]:  # as a blend has it
        set_by = PRESETS[preset].fields().items()
        fields |= {name: None for name, value in set_by if getattr(job.request, name) == value}
    if style is not None and style.preset:
        fields |= PRESETS[style.preset].fields()
    return like(job).changed(style="" if style is None else style.name, **fields)
