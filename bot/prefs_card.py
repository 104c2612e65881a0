"""What a member likes, as they see it."""

from collections.abc import Sequence

import discord

from bot.preferences import NAMES, Preferences
from bot.quoting import quoted
from bot.store.pictures import Pictures
from bot.styles.picks import Picks
from bot.texts import LANGUAGES, number, text

_NEGATIVE = 300
_FIELD = 1_024
"""Characters, by Discord's limit."""
_UNSET = {
    "style": "prefs_no_style_set",
    "language": "prefs_client",
    "preview": "prefs_yes",
    "private": "prefs_no",
}
"""What holds where nothing is said."""
_MIB = 2**20


def card(
    likes: Preferences,
    favourites: Sequence[str],
    picks: Picks,
    room: tuple[int, int],
    pictures: Pictures,
    locale: str,
) -> discord.Embed:
    """`room` is how many pictures are kept for them, and the bytes of these."""
    there = {style.name for style in picks}
    embed = discord.Embed(title=text(locale, "prefs_title"))
    for name in NAMES:
        embed.add_field(name=text(locale, f"prefs_{name}"), value=_said(name, likes, there, locale))
    stars = [f"★ {_style(name, there, locale)}" for name in favourites]
    if stars:
        embed.add_field(name=text(locale, "prefs_favourites"), value=_listed(stars), inline=False)
    embed.add_field(name=text(locale, "prefs_pictures"), value=_room(room, pictures, locale), inline=False)
    embed.set_footer(text=text(locale, "prefs_footer"))
    return embed


def _room(room: tuple[int, int], pictures: Pictures, locale: str) -> str:
    (count, size), quota = room, pictures.quota // _MIB
    if not count:
        return text(locale, "prefs_no_pictures", quota=quota)
    mib = f"<{number(locale, 0.1)}" if size < _MIB / 10 else number(locale, size / _MIB, ".1f")
    kept, days = text(locale, "several", count=count), text(locale, "prefs_days", count=pictures.days)
    return text(locale, "prefs_room", pictures=kept, size=mib, quota=quota, days=days)


def _said(name: str, likes: Preferences, there: set[str], locale: str) -> str:
    value = getattr(likes, name)
    if value is None:
        return text(locale, _UNSET.get(name, "prefs_unset"))
    if isinstance(value, bool):
        return text(locale, "prefs_yes" if value else "prefs_no")
    if name == "style":
        return _style(value, there, locale)
    if name == "language":
        return LANGUAGES[value]
    return number(locale, value) if isinstance(value, float) else quoted(str(value), _NEGATIVE)


def _style(name: str, there: set[str], locale: str) -> str:
    return quoted(name) if name in there else text(locale, "prefs_style_gone", style=quoted(name))


def _listed(lines: Sequence[str]) -> str:
    """As many as there is room for."""
    listed = ""
    for line in lines:
        if len(listed) + len(line) + 3 > _FIELD:
            return f"{listed}\n…"
        listed += f"\n{line}" if listed else line
    return listed
