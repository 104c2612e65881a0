"""The list under a sheet: one of its pictures, painted as one of its own."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.answers import Interaction, Refused
from bot.beginnings import beginning
from bot.buttons.base import JOB, OfJob, as_private
from bot.jobs import NOTE_CHARACTERS, Job, Variant
from bot.quoting import cut, quoted
from bot.texts import text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

_LABEL = 100


class CellList(OfJob, discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"cell:{JOB}"):
    for_everyone = True

    def __init__(self, job_id: str, locale: str = "en", variants: Sequence[Variant] = ()) -> None:
        self.job_id = job_id
        options = [
            discord.SelectOption(label=beginning(variant.label, _LABEL), value=str(number))
            for number, variant in enumerate(variants, 1)
        ]
        super().__init__(
            discord.ui.Select(
                custom_id=f"cell:{job_id}", placeholder=text(locale, "sheet_pick"), options=options, row=1
            )
        )

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Self:
        return cls(match["job"])

    async def used(self, interaction: Interaction, bot: "StyleSealBot", job: Job) -> None:
        from bot.sheets.sheets import alone  # what is painted for it is shown with these buttons

        data: dict[str, Any] = dict(interaction.data or {})
        chosen = str((data.get("values") or [""])[0])
        if not re.fullmatch(r"\d{1,2}", chosen):
            raise Refused("gone")
        wanted = await as_private(interaction, alone(job, int(chosen)))
        locale = await bot.language_there(interaction, private=wanted.private)
        label = quoted(job.variants[int(chosen) - 1].label, 60)
        note = cut(text(locale, "sheet_cell", label=label), NOTE_CHARACTERS)
        await bot.asking.ask(interaction, wanted.changed(note=note))
