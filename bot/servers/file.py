"""A server's settings as a JSON file: written, and read back with care, since anybody may have written it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.answers import Refused
from bot.beginnings import beginning
from bot.quoting import quoted
from bot.servers.fields import FIELDS
from bot.servers.panel import check_log_channel
from bot.servers.settings import LISTED, NAMES, WORD, WORDS, ServerSettings
from bot.servers.shown import BY_ROLE, CHANNELS, ROLES
from bot.styles.picks import Picks
from bot.texts import LANGUAGES, Texts, text
from protocol.errors import InvalidRequest

VERSION = 1
FILE_NAME = "styleseal-settings.json"
LARGEST = 256 * 2**10
"""Bytes; the largest settings are far below."""
_SHOWN = 60
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`fields` are those of `ServerSettings` that the file sets; `dropped` is how many channels and roles of it are not
    of this server, and `notes` are keys of what else was left out."""

    fields: Mapping[str, Any]
    dropped: int = 0
    notes: tuple[str, ...] = ()


def written(settings: ServerSettings, guild_id: int) -> bytes:
    """All of them, also what is not set, so that the file brings back exactly these."""
    told = {"service": "StyleSeal", "version": VERSION, "server": str(guild_id), "settings": settings.everything()}
    return json.dumps(told, ensure_ascii=False, indent=2).encode(errors="replace")


def read(data: bytes, locale: str) -> Json:
    """The fields it sets, as they are checked. Raises `Refused`, with a sentence in that language."""
    if len(data) > LARGEST:
        raise Refused("settings_file_large", kib=LARGEST // 2**10)
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused("settings_file_bad") from None
    settings = told.get("settings") if isinstance(told, dict) else None
    if not isinstance(settings, dict):
        raise Refused("settings_file_bad")
    if (version := told.get("version")) != VERSION or isinstance(version, bool):
        raise Refused("settings_file_version", version=quoted(str(version)[:_SHOWN], _SHOWN), known=VERSION)
    for name in settings:
        if name not in NAMES:
            raise Refused("settings_file_unknown", typed=quoted(beginning(name, _SHOWN), _SHOWN))
    return {name: _field(name, value, locale) for name, value in settings.items()}


def fitting(fields: Mapping[str, Any], guild: discord.Guild, picks: Picks) -> Proposal:
    """What of it can be set in that server."""
    kept, dropped, notes = dict(fields), 0, list[str]()
    for name in (*CHANNELS, *ROLES, *BY_ROLE):
        there = guild.get_channel if name in CHANNELS else guild.get_role
        strange = [one for one in kept.get(name, ()) if there(one) is None]
        dropped += len(strange)
        if strange and len(strange) == len(kept[name]):
            del kept[name]  # with nothing left it would lift what is set here
        elif strange:
            kept[name] = _without(kept[name], strange)
    if kept.get("log_channel") is not None:
        channel = guild.get_channel(kept["log_channel"])
        if channel is None:
            del kept["log_channel"]
            dropped += 1
        else:
            try:
                check_log_channel(channel)
            except Refused:
                del kept["log_channel"]
                notes.append("settings_import_log")
    if (style := kept.get("default_style")) is not None:
        found = next((one for one in picks.catalogue if one.name.casefold() == style.strip().casefold()), None)
        if found is None or found.adult:
            del kept["default_style"]
            notes.append("settings_import_style")
        else:
            kept["default_style"] = found.name
    return Proposal(kept, dropped, tuple(notes))


def _field(name: str, value: Any, locale: str) -> Any:
    """Raises `Refused`."""
    try:
        if isinstance(value, list) and name == "blocked_words":
            value = [beginning(one, len(one) + 1) if isinstance(one, str) else one for one in value]
        if isinstance(value, list) and name == "hidden_styles":
            value = [one.casefold() if isinstance(one, str) else one for one in value]
        return getattr(ServerSettings.from_json({name: value}), name)
    except InvalidRequest:
        takes = _takes(name, locale)
        raise Refused("settings_file_value", field=Texts([f"setting_{name}"]), takes=takes) from None


def _takes(name: str, locale: str) -> str:
    if name in FIELDS and name not in ("blocked_words", *BY_ROLE):
        return text(locale, f"settings_hint_{name}", **FIELDS[name].bounds)
    if name in BY_ROLE:
        return text(locale, "settings_takes_by_role", most=LISTED, **FIELDS[name].bounds)
    if name in (*CHANNELS, *ROLES):
        return text(locale, "settings_takes_ids", most=LISTED)
    if name == "log_channel":
        return text(locale, "settings_takes_id")
    if name == "language":
        return ", ".join(LANGUAGES)
    if name in ("blocked_words", "hidden_styles"):
        most = WORDS if name == "blocked_words" else LISTED
        return text(locale, "settings_takes_words", most=most, longest=WORD if name == "blocked_words" else 100)
    return "true, false"


def _without(kept: Any, strange: list[int]) -> Any:
    if isinstance(kept, Mapping):
        return {role: one for role, one in kept.items() if role not in strange}
    return tuple(one for one in kept if one not in strange)


def _no_number(name: str) -> None:
    raise ValueError(name)
