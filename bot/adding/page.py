"""A page of all the styles that belong to a server: those that are painted in, those switched off, and the drafts."""

from dataclasses import dataclass

import discord

from adapters.library import Kept, State
from bot.buttons.adapter_list import Pick, TurnPage
from bot.buttons.turn import Turn
from bot.quoting import quoted
from bot.store.additions import Addition
from bot.texts import text

SIZE = 10
_COLOUR = 0x5865F2
_TITLE = 80
_SIGNS = {State.DRAFT: "📝", State.ACTIVE: "🟢", State.DISABLED: "⚪"}


@dataclass(frozen=True, slots=True)
class Page:
    embed: discord.Embed
    view: discord.ui.View


def page_of(styles: list[Kept], coming: list[Addition], number: int, locale: str) -> Page:
    """`number` is from 0; `coming` are those on their way."""
    pages = max(1, -(-len(styles) // SIZE))
    number = min(max(0, number), pages - 1)
    shown = styles[number * SIZE : (number + 1) * SIZE]
    lines = [_line(kept, locale) for kept in shown] or [text(locale, "adapter_list_empty")]
    if coming:
        lines.append(text(locale, "adapter_list_coming", count=len(coming)))
    embed = discord.Embed(title=text(locale, "adapter_list_title"), description="\n".join(lines), colour=_COLOUR)
    embed.set_footer(text=text(locale, "adapter_list_signs"))
    view = discord.ui.View(timeout=None)
    if shown:
        view.add_item(Pick(locale, shown))
    if pages > 1:
        for turn in Turn:
            view.add_item(TurnPage(number, turn, pages))
    return Page(embed, view)


def _line(kept: Kept, locale: str) -> str:
    style = kept.style
    title = quoted(style.title, _TITLE)
    adult = " 🔞" if style.adult else ""
    when = f"<t:{kept.added_at}:R>"
    return (
        f"{_SIGNS[kept.state]} **{quoted(style.name)}**{adult} · {title or text(locale, 'adapter_no_title')} · {when}"
    )
