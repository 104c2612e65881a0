"""The panel of a server's settings: all of them at a glance, and what changes those of one section.

It holds nothing: which section is open is in its components' custom_ids, and what was shown is in stamps there, so that
what somebody else has changed meanwhile is not undone.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord

from bot.answers import Interaction, Refused
from bot.quoting import cut
from bot.servers.settings import ServerSettings
from bot.servers.shown import BY_ROLE, CHANNELS, ROLES, said
from bot.texts import Texts, text

if TYPE_CHECKING:
    from bot.client import StyleSealBot

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "where": ("channels", "log_channel", "language"),
    "who": ("roles", "style_roles"),
    "limits": ("quota", "role_quotas", "role_weights", "most_side", "most_steps", "most_count"),
    "defaults": (
        *("default_style", "default_aspect", "default_steps", "default_guidance", "default_negative"),
        "spoiler",
    ),
    "content": ("blocked_words", "adult", "hidden_styles"),
}
FIRST = "where"
SECTION = "|".join(SECTIONS)
_OPEN, _CLOSED = 15, 4
"""Of a list, in the section that is open and in the others."""
_NOTE = 400
"""Characters of what is said of the last change."""
_MAY = ("view_channel", "send_messages")
_COLOUR = 0x5865F2
_LETTERS = 6
_CHARACTERS = 4_000
"""Of all texts in a message, by Discord's limit."""


def stamp(value: Any) -> str:
    """Tells one value from another, in a few letters."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_LETTERS]


async def shown(interaction: Interaction, section: str = FIRST, note: str = "") -> discord.ui.LayoutView:
    """For the server that whoever asks was found to manage, as it is set at this moment."""
    bot: StyleSealBot = interaction.client
    settings, locale = await bot.rules.of(interaction.guild_id), await bot.locale_of(interaction)
    return layout(settings, interaction.guild, section, locale, note)


async def refresh(interaction: Interaction, section: str, note: str = "") -> None:
    """In the message that was clicked on."""
    await interaction.response.edit_message(view=await shown(interaction, section, note))


def layout(
    settings: ServerSettings, guild: discord.Guild | None, section: str, locale: str, note: str = ""
) -> discord.ui.LayoutView:
    from bot.buttons.settings import SettingsSection  # these show the panel anew
    from bot.servers.panel_rows import rows

    gone = missing(settings, guild)
    rest: list[discord.ui.Item[Any]] = [discord.ui.Separator()]
    rest += [discord.ui.TextDisplay(one) for one in (_log_trouble(settings, guild, locale), cut(note, _NOTE)) if one]
    rest.append(discord.ui.ActionRow(SettingsSection(section, locale)))
    rest.append(discord.ui.TextDisplay(text(locale, f"settings_about_{section}")))
    rest += rows(section, settings, gone, locale)
    taken = sum(len(one.content) for one in rest if isinstance(one, discord.ui.TextDisplay))
    glance = cut(overview(settings, gone, section, locale), _CHARACTERS - taken)
    container = discord.ui.Container[Any](discord.ui.TextDisplay(glance), *rest, accent_colour=_COLOUR)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def missing(settings: ServerSettings, guild: discord.Guild | None) -> frozenset[int]:
    """The channels and roles that are set, and were deleted since."""
    if guild is None or guild.unavailable:
        return frozenset()
    channels = [*settings.channels, *filter(None, [settings.log_channel])]
    roles = {*settings.roles, *settings.style_roles, *settings.role_quotas, *settings.role_weights}
    return frozenset(
        [one for one in channels if guild.get_channel(one) is None]
        + [one for one in roles if guild.get_role(one) is None]
    )


def check_log_channel(channel: Any) -> None:
    """Whether the bot can write there. Raises `Refused`."""
    allowed = channel.permissions_for(channel.guild.me)
    missing_ = [name for name in _MAY if not getattr(allowed, name)]
    if not isinstance(channel, discord.TextChannel):
        raise Refused("settings_no_log_there", channel=f"<#{channel.id}>")
    if missing_:
        names = Texts([f"may_{name}" for name in missing_])
        raise Refused("settings_log_needs", channel=f"<#{channel.id}>", names=names)


def _log_trouble(settings: ServerSettings, guild: discord.Guild | None, locale: str) -> str:
    """Why nothing is told in the log channel, where it is still there."""
    if guild is None or settings.log_channel is None or (channel := guild.get_channel(settings.log_channel)) is None:
        return ""
    try:
        check_log_channel(channel)
    except Refused as refused:
        return f"⚠ {text(locale, 'settings_log_silent', why=text(locale, refused.key, **refused.values))}"
    return ""


def overview(settings: ServerSettings, gone: frozenset[int], section: str, locale: str) -> str:
    """Every setting: those of the open section on a line each, those of another together."""
    raw = settings.everything()
    parts = [f"## {text(locale, 'settings_title')}"]
    for name, fields in SECTIONS.items():
        most = _OPEN if name == section else _CLOSED
        values = [f"{text(locale, f'setting_{one}')}: {_value(one, raw[one], gone, locale, most)}" for one in fields]
        parts.append(f"**{text(locale, f'settings_section_{name}')}**")
        parts += values if name == section else [f"-# {' · '.join(values)}"]
    parts += [
        f"⚠ {text(locale, f'settings_all_gone_{name}')}"
        for name in ("channels", "roles")
        if raw[name] and {int(one) for one in raw[name]} <= gone
    ]
    return "\n".join(parts)


def _value(name: str, raw: Any, gone: frozenset[int], locale: str, most: int) -> str:
    left, deleted = _without(name, raw, gone)
    if not deleted:
        return said(name, raw, locale, most=most)
    words = text(locale, "settings_deleted", count=deleted)
    return f"{said(name, left, locale, most=most)}, {words}" if left else words


def _without(name: str, raw: Any, gone: frozenset[int]) -> tuple[Any, int]:
    """Without what was deleted, and how much that is."""
    if name == "log_channel":
        return (None, 1) if raw is not None and int(raw) in gone else (raw, 0)
    if name in BY_ROLE:
        left: Any = {role: one for role, one in raw.items() if int(role) not in gone}
    elif name in (*CHANNELS, *ROLES):
        left = [one for one in raw if int(one) not in gone]
    else:
        return raw, 0
    return left, len(raw) - len(left)
