"""The panel of a server's style: what its file is, what it does to a picture, and what can be done with it."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord

from adapters.library import EVERYONE, Kept, State
from bot.buttons.adapter import Act, RatingList, StyleButton
from bot.form import File, Form
from bot.quoting import quoted
from bot.styles.by_place import Styles
from bot.texts import number, text

CARD = "card.png"
_VALUE = 400
"""Of a field: all of them together have room for 6,000, by Discord's limit."""
_PAGE = re.compile(r"https://[\w.~:/?#@!$&'+,;=%-]{1,300}")
_COLOURS: Mapping[State, int] = {State.DRAFT: 0xFAA61A, State.ACTIVE: 0x3BA55C, State.DISABLED: 0x747F8D}
_ACTS: Mapping[State, tuple[Act, ...]] = {
    State.DRAFT: (Act.DETAILS, Act.ACTIVATE, Act.REPAINT, Act.DISCARD),
    State.ACTIVE: (Act.DETAILS, Act.OFF, Act.REPAINT, Act.REMOVE),
    State.DISABLED: (Act.DETAILS, Act.ON, Act.REPAINT, Act.REMOVE),
}


@dataclass(frozen=True, slots=True)
class Panel:
    """`card` is a PNG, or nothing where it cannot be shown."""

    embed: discord.Embed
    view: discord.ui.View
    card: bytes
    words: str = ""

    def form(self) -> Form:
        files = [File(name=CARD, data=self.card)] if self.card else []
        return Form.of(self.words, self.view, embeds=[self.embed], files=files)

    def edit(self) -> dict[str, Any]:
        """For `Interaction.edit_original_response`."""
        files = [discord.File(BytesIO(self.card), CARD)] if self.card else []
        return {"content": self.words or None, "embed": self.embed, "view": self.view, "attachments": files}


class Panels:
    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def of(self, kept: Kept, locale: str, *, nsfw: bool, words: str = "") -> Panel:
        """It reads a disk. The pictures of an age-restricted style are shown in age-restricted places (`nsfw`)."""
        embed = self._embed(kept, locale)
        shown = nsfw or not kept.style.adult
        card = self.card(kept) if shown else b""
        if card:
            embed.set_image(url=f"attachment://{CARD}")
        key = "adapter_card" if card else "adapter_no_card" if shown else "adapter_card_elsewhere"
        embed.set_footer(text=text(locale, key))
        view = discord.ui.View(timeout=None)
        for act in _ACTS[kept.state]:
            view.add_item(StyleButton(kept.id, act, locale))
        view.add_item(RatingList(kept.id, locale, adult=kept.style.adult))
        return Panel(embed, view, card, words)

    def card(self, kept: Kept) -> bytes:
        """Its pictures without and with the adapter; nothing where there are none."""
        with contextlib.suppress(OSError):
            return self._styles.library.preview(kept.id, "card").read_bytes()
        return b""

    def hides(self, name: str) -> bool:
        """Whether a style of everyone has the same name, which cannot be chosen in the server then."""
        shared = [*self._styles.fixed(), *(kept.style for kept in self._styles.library.kept(EVERYONE))]
        return name.casefold() in {style.name.casefold() for style in shared}

    def _embed(self, kept: Kept, locale: str) -> discord.Embed:
        style = kept.style
        lines = [quoted(style.title, 400), text(locale, f"adapter_is_{kept.state}")]
        if self.hides(style.name):
            lines.append(text(locale, "adapter_hides", style=quoted(style.name)))
        embed = discord.Embed(
            title=quoted(style.name, 200), description="\n".join(filter(None, lines)), colour=_COLOURS[kept.state]
        )
        trigger = quoted(style.trigger, _VALUE) or text(locale, "adapter_no_trigger")
        rating = text(locale, "adapter_rating_adult" if style.adult else "adapter_rating_all")
        told = {
            "trigger": trigger,
            "weight": number(locale, style.weight),
            "rating": rating,
            "credit": quoted(style.credit, _VALUE) or text(locale, "adapter_not_said"),
            "licence": quoted(style.licence, _VALUE) or text(locale, "adapter_not_said"),
            "tags": quoted(", ".join(style.tags), _VALUE),
        }
        for name, value in (told | facts(kept, locale)).items():
            if value:
                embed.add_field(name=text(locale, f"adapter_field_{name}"), value=value)
        return embed


def facts(kept: Kept, locale: str, most: int = _VALUE) -> dict[str, str]:
    """What is known of the file, by field, of at most so many characters each; empty where it is not."""
    known = kept.facts
    kinds = ", ".join(f"{kind} ({count})" for kind, count in known.get("kinds", {}).items())
    low, high = known.get("ranks") or (0, 0)
    base = str(known.get("base", ""))
    family = text(locale, "base_pocket") if kept.style.family == "pocket" else str(known.get("family", ""))
    base = family if base.casefold() in family.casefold() else ", ".join(filter(None, (family, base)))
    page = str(known.get("page", ""))
    difference = known.get("difference")
    return {
        "kind": quoted(kinds, most),
        "rank": f"{low}" if low == high else f"{low} – {high}",
        "base": quoted(base, most) or text(locale, "adapter_not_said"),
        "size": text(locale, "adapter_mib", mib=kept.size / 2**20),
        "difference": "" if difference is None else f"{difference:.0%}",
        "page": page if _PAGE.fullmatch(page) else "",
    }
