"""Forms (modals) that work after a restart, too: what each is about is in its custom_id, not in this process."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.adding import form as draft_form
from bot.answers import Interaction, answering
from bot.blends import form as blend_forms
from bot.buttons import edit, gallery, moderation, style_card
from bot.commands.report import FORM as REPORT
from bot.commands.report import reported
from bot.servers import forms as settings_forms

Handler = Callable[[Interaction, re.Match[str], dict[str, str]], Awaitable[None]]
"""Given what was filled in, by the custom_id of each field; of a list what was chosen, on a line each."""
FORMS: list[tuple[re.Pattern[str], Handler]] = [
    (edit.FORM, edit.edited),
    (settings_forms.FORM, settings_forms.submitted),
    (REPORT, reported),
    (moderation.FORM, moderation.answered),
    (gallery.FORM, gallery.search),
    (style_card.FORM, style_card.tried),
    (blend_forms.FORM, blend_forms.edited),
    (draft_form.FORM, draft_form.filled_in),
]


async def submitted(interaction: Interaction) -> None:
    data: dict[str, Any] = dict(interaction.data or {})
    custom_id = str(data.get("custom_id", ""))
    for pattern, handler in FORMS:
        if (match := pattern.fullmatch(custom_id)) is not None:
            async with answering(interaction):
                await handler(interaction, match, _filled(data))
            return


def _filled(data: dict[str, Any]) -> dict[str, str]:
    filled: dict[str, str] = {}
    for row in data.get("components", []):
        for field in [row["component"]] if "component" in row else row.get("components", []):
            filled[field["custom_id"]] = str(field.get("value", "\n".join(field.get("values", ()))))
    return filled
