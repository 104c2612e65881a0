"""Details: a form with what a style is called, what wakes it, how strong it is, and whose it is."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from adapters import words
from adapters.library import Kept, State
from adapters.styles import Style
from bot.adding import admin as style_admin
from bot.adding import words as style_words
from bot.answers import Interaction, answering, say
from bot.beginnings import beginning
from bot.buttons.adapter import noted, show_again
from bot.quoting import block, quoted
from bot.texts import text
from protocol.limits import TRIGGER_CHARACTERS, WEIGHT

if TYPE_CHECKING:
    from bot.client import StyleSealBot

FORM = re.compile(r"adapter_details:(?P<style>\d{1,18})")
_HINT = 100
"""Characters of a field's description, by Discord's limit."""
_MOST: Mapping[str, int] = {
    "name": style_words.NAME,
    "trigger": TRIGGER_CHARACTERS,
    "weight": 10,
    "credit": 2 * style_words.LINE + len(style_words.BETWEEN),
    "tags": style_words.TAGS_LINE,
}


def form_of(kept: Kept, locale: str) -> discord.ui.Modal:
    """Filled in with what it has."""
    modal = discord.ui.Modal(title=text(locale, "adapter_details_title"), custom_id=f"adapter_details:{kept.id}")
    low, high = WEIGHT
    hints = {
        "name": text(locale, "adapter_hint_name"),
        "trigger": _other_triggers(kept, locale),
        "weight": text(locale, "adapter_hint_weight", low=low, high=high),
        "credit": text(locale, "adapter_hint_credit"),
        "tags": text(locale, "adapter_hint_tags"),
    }
    for name, value in written(kept).items():
        field = discord.ui.TextInput[discord.ui.View](
            custom_id=name,
            default=value or None,
            required=name in ("name", "weight"),
            max_length=max(len(value), _MOST[name]),
        )
        label = text(locale, f"adapter_label_{name}")
        modal.add_item(discord.ui.Label(text=label, description=hints[name], component=field))
    return modal


def written(kept: Kept) -> dict[str, str]:
    """What the form has in each of its fields, by its custom_id."""
    style = kept.style
    untouched = kept.state is State.DRAFT and kept.changed_at == kept.added_at
    likeliest = _candidates(kept)[:1] if untouched and not style.trigger else []
    return {
        "name": style.name,
        "trigger": likeliest[0] if likeliest else style.trigger,
        "weight": f"{style.weight:g}",
        "credit": style_words.one_line(style.credit, style.licence),
        "tags": ", ".join(style.tags),
    }


async def filled_in(interaction: Interaction, match: re.Match[str], filled: Mapping[str, str]) -> None:
    """The form was sent. What was written in it is given back where nothing came of it."""
    done = False
    async with answering(interaction):
        kept = await style_admin.owned(interaction, int(match["style"]))
        style = changed(kept, filled)
        await interaction.response.defer()
        if style != kept.style:
            kept = await _edited(interaction, kept, filled)
        await show_again(interaction, kept)
        done = True
    if not done and filled:
        locale = await interaction.client.locale_of(interaction)
        lines = "\n".join(f"{text(locale, f'adapter_label_{name}')}: {filled.get(name, '')}" for name in _MOST)
        await say(interaction, f"{text(locale, 'adapter_you_wrote')}\n{block(lines, 1_800)}")


async def _edited(interaction: Interaction, kept: Kept, filled: Mapping[str, str]) -> Kept:
    """Where it is what the server paints in by default, it stays so under its new name."""
    bot: StyleSealBot = interaction.client
    guild_id, before = int(kept.owner), kept.style.name
    kept = await asyncio.to_thread(bot.styles.library.edit, kept.id, lambda now: changed(now, filled))
    settings, name = await bot.rules.of(guild_id), kept.style.name
    its_own = kept.state is State.ACTIVE or not bot.panels.hides(before)  # or else everyone's is meant
    if name != before and its_own and (settings.default_style or "").casefold() == before.casefold():
        details = {"style": quoted(name)}
        await bot.rules.change(guild_id, interaction.user.id, "adapter_edited", details, default_style=name)
    else:
        await noted(interaction, kept, "adapter_edited")
    return kept


def changed(kept: Kept, filled: Mapping[str, str]) -> Style:
    """A field that was left as it was keeps its value to the last digit. Raises `Refused`, `InvalidRequest`."""
    style, before = kept.style, written(kept)
    for name, value in before.items():
        typed = filled.get(name, value).strip()
        # A trigger that was suggested is taken over where it is left so.
        if typed != value.strip() or name == "trigger":
            style = _set(style, name, typed)
    return style


def _set(style: Style, name: str, typed: str) -> Style:
    if name == "name":
        return replace(style, name=style_words.name(typed))
    if name == "trigger":
        return replace(style, trigger=words.line(typed, TRIGGER_CHARACTERS))
    if name == "tags":
        return replace(style, tags=style_words.tags(typed))
    if name == "credit":
        credit, licence = style_words.credit_and_licence(typed)
        return replace(style, credit=credit, licence=licence)
    weight = style_words.weight(typed)
    low, high = style.weight_range
    return replace(style, weight=weight, weight_range=(min(low, weight), max(high, weight)))


def _candidates(kept: Kept) -> list[str]:
    """Words that may wake it, the likeliest first."""
    return [str(one) for one, _ in kept.facts.get("triggers", ())]


def _other_triggers(kept: Kept, locale: str) -> str:
    used = written(kept)["trigger"]
    others = ", ".join(one for one in _candidates(kept) if one != used)
    if not others:
        return text(locale, "adapter_hint_trigger")
    return beginning(text(locale, "adapter_hint_triggers", others=others), _HINT)
