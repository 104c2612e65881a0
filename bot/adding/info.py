"""Everything that is known of a server's style."""

import discord

from adapters.library import Kept
from bot.adding.panel import facts
from bot.quoting import quoted
from bot.texts import number, text

_VALUE = 180
"""Of a field: all of them together have room for 6,000, by Discord's limit."""
_COLOUR = 0x5865F2


def info(kept: Kept, uses: int, locale: str) -> discord.Embed:
    """`uses` are the pictures that were painted in it."""
    style, known = kept.style, kept.facts
    weight, low, high = (number(locale, one) for one in (style.weight, *style.weight_range))
    targets = ", ".join(f"{name} ({count})" for name, count in known.get("targets", {}).items())
    triggers = ", ".join(f"{words} ({source})" for words, source in known.get("triggers", ()))
    added = f"<t:{kept.added_at}:f>" + (f" · <@{kept.added_by}>" if kept.added_by else "")
    rating = "adapter_rating_adult" if style.adult else "adapter_rating_all"
    told = {
        "state": text(locale, f"adapter_state_{kept.state}"),
        "uses": str(uses),
        "trigger": quoted(style.trigger, _VALUE) or text(locale, "adapter_no_trigger"),
        "triggers": quoted(triggers, _VALUE),
        "weight": f"{weight} ({low} – {high})",
        "rating": text(locale, rating),
        "credit": quoted(style.credit, _VALUE) or text(locale, "adapter_not_said"),
        "licence": quoted(style.licence, _VALUE) or text(locale, "adapter_not_said"),
        "tags": quoted(", ".join(style.tags), _VALUE),
        **facts(kept, locale, _VALUE),
        "lane": text(locale, "adapter_in_pages" if known.get("in_pages", True) else "adapter_merged"),
        "targets": quoted(targets, _VALUE),
        "maker": quoted(", ".join(filter(None, (*known.get("spellings", ()), known.get("maker", "")))), _VALUE),
        "file": quoted(str(known.get("file", "")), _VALUE),
        "added": added,
        "changed": f"<t:{kept.changed_at}:f>" if kept.changed_at > kept.added_at else "",
        "auto_v2": quoted(str(known.get("auto_v2", "")), _VALUE),
        "auto_v3": quoted(str(known.get("auto_v3", "")), _VALUE),
    }
    embed = discord.Embed(title=quoted(style.name, 200), description=quoted(style.title, 400), colour=_COLOUR)
    for name, value in told.items():
        if value:
            embed.add_field(name=text(locale, f"adapter_field_{name}"), value=value)
    embed.add_field(name="SHA-256", value=f"`{style.sha256}`", inline=False)
    return embed
