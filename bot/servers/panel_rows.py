"""The lists and buttons of each section on the panel of a server's settings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord

from bot.beginnings import beginning
from bot.buttons.settings import SettingsAct, SettingsPick
from bot.servers.panel import stamp
from bot.servers.settings import LISTED, ServerSettings
from bot.servers.shown import said
from bot.texts import LANGUAGES, text

_PLACEHOLDER = 150
_CHANNEL_TYPES = [
    *(discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.category),
    *(discord.ChannelType.voice, discord.ChannelType.stage_voice),
]
_LOG_TYPES = [discord.ChannelType.text, discord.ChannelType.news]


def rows(section: str, settings: ServerSettings, gone: frozenset[int], locale: str) -> list[discord.ui.Item[Any]]:
    """What changes the settings of a section; over each list it says what for, since a list shows what is chosen."""
    made: list[discord.ui.Item[Any]] = []
    for one in _LISTS[section](section, settings, gone, locale):
        made.append(discord.ui.TextDisplay(f"-# {text(locale, f'settings_pick_{one.name}')}"))
        made.append(discord.ui.ActionRow(one))
    buttons = [SettingsAct(act, section, locale) for act in _acts(section, settings)]
    if gone:
        buttons.append(SettingsAct("clear_gone", section, locale))
    return [*made, discord.ui.ActionRow(*buttons)] if buttons else made


def _acts(section: str, settings: ServerSettings) -> list[str]:
    if section == "content":
        return ["words", "adult_off" if settings.adult else "adult_on"]
    if section == "defaults":
        return ["defaults", "spoiler_off" if settings.spoiler else "spoiler_on"]
    return ["limits"] if section == "limits" else []


def _where(section: str, settings: ServerSettings, gone: frozenset[int], locale: str) -> list[SettingsPick]:
    log = () if settings.log_channel is None else (settings.log_channel,)
    spoken: discord.ui.Select[Any] = discord.ui.Select(
        min_values=0,
        options=[
            discord.SelectOption(label=name, value=code, default=code == settings.language)
            for code, name in [*LANGUAGES.items()][:LISTED]
        ],
    )
    return [
        _pick("channels", section, settings, _channel_list(settings.channels, gone, LISTED, _CHANNEL_TYPES), locale),
        _pick("log_channel", section, settings, _channel_list(log, gone, 1, _LOG_TYPES), locale),
        _pick("language", section, settings, spoken, locale),
    ]


def _who(section: str, settings: ServerSettings, gone: frozenset[int], locale: str) -> list[SettingsPick]:
    return [
        _pick(name, section, settings, _role_list(getattr(settings, name), gone, LISTED), locale)
        for name in ("roles", "style_roles")
    ]


def _limits(section: str, settings: ServerSettings, gone: frozenset[int], locale: str) -> list[SettingsPick]:
    picked: discord.ui.RoleSelect[Any] = discord.ui.RoleSelect(placeholder=text(locale, "settings_choose_role"))
    shares = stamp([settings.everything()[name] for name in ("role_quotas", "role_weights")])
    return [SettingsPick(picked, "role", section, shares)]


def _content(section: str, settings: ServerSettings, gone: frozenset[int], locale: str) -> list[SettingsPick]:
    if not settings.hidden_styles:
        return []
    options = [
        discord.SelectOption(label=beginning(name, 100), value=str(number))
        for number, name in enumerate(settings.hidden_styles)
    ]
    again: discord.ui.Select[Any] = discord.ui.Select(options=options, min_values=1, max_values=len(options))
    again.placeholder = text(locale, "settings_choose_styles")
    return [SettingsPick(again, "hidden_styles", section, stamp(list(settings.hidden_styles)))]


_LISTS: Mapping[str, Callable[[str, ServerSettings, frozenset[int], str], list[SettingsPick]]] = {
    "where": _where,
    "who": _who,
    "limits": _limits,
    "defaults": lambda section, settings, gone, locale: [],
    "content": _content,
}


def _pick(name: str, section: str, settings: ServerSettings, item: Any, locale: str) -> SettingsPick:
    item.placeholder = said(name, None, locale)[:_PLACEHOLDER]
    return SettingsPick(item, name, section, stamp(settings.everything()[name]))


def _channel_list(
    ids: Sequence[int], gone: frozenset[int], most: int, types: list[discord.ChannelType]
) -> discord.ui.ChannelSelect[Any]:
    kind = discord.SelectDefaultValueType.channel
    chosen = [discord.SelectDefaultValue(id=one, type=kind) for one in _kept(ids, gone)]
    return discord.ui.ChannelSelect(min_values=0, max_values=most, channel_types=types, default_values=chosen)


def _role_list(ids: Sequence[int], gone: frozenset[int], most: int) -> discord.ui.RoleSelect[Any]:
    kind = discord.SelectDefaultValueType.role
    chosen = [discord.SelectDefaultValue(id=one, type=kind) for one in _kept(ids, gone)]
    return discord.ui.RoleSelect(min_values=0, max_values=most, default_values=chosen)


def _kept(ids: Sequence[int], gone: frozenset[int]) -> tuple[int, ...]:
    return tuple(one for one in ids if one not in gone)
