"""What was chosen in the lists of the panel of a server's settings, held against what that server has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord

from bot.answers import Interaction, Refused
from bot.servers.panel import check_log_channel, missing
from bot.servers.settings import ServerSettings
from bot.texts import LANGUAGES


def _channels(interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> tuple[int, ...]:
    return tuple(_channel(interaction, one).id for one in values)


def _log_channel(interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> int | None:
    if not values:
        return None
    channel = _channel(interaction, values[0])
    check_log_channel(channel)
    return int(channel.id)


def _roles(interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> tuple[int, ...]:
    guild = interaction.guild
    if guild is None or any(not one.isdigit() or guild.get_role(int(one)) is None for one in values):
        raise Refused("settings_not_here")
    return tuple(int(one) for one in values)


def _language(interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> str | None:
    return values[0] if values and values[0] in LANGUAGES else None


def _shown_again(interaction: Interaction, old: ServerSettings, values: Sequence[str]) -> tuple[str, ...]:
    """The list names those to show again, by their places."""
    again = {int(one) for one in values if one.isdigit()}
    return tuple(name for number, name in enumerate(old.hidden_styles) if number not in again)


READERS: Mapping[str, Callable[[Interaction, ServerSettings, Sequence[str]], Any]] = {
    "channels": _channels,
    "log_channel": _log_channel,
    "roles": _roles,
    "style_roles": _roles,
    "language": _language,
    "hidden_styles": _shown_again,
}


def _channel(interaction: Interaction, value: str) -> Any:
    """Raises `Refused` for one that is not of this server."""
    guild = interaction.guild
    found = guild.get_channel(int(value)) if guild is not None and value.isdigit() else None
    if found is None:
        raise Refused("settings_not_here")
    return found


def without_gone(old: ServerSettings, guild: discord.Guild | None) -> dict[str, Any]:
    gone = missing(old, guild)
    fields: dict[str, Any] = {
        name: tuple(one for one in getattr(old, name) if one not in gone)
        for name in ("channels", "roles", "style_roles")
    }
    fields |= {
        name: {role: one for role, one in getattr(old, name).items() if role not in gone}
        for name in ("role_quotas", "role_weights")
    }
    return fields | {"log_channel": None if old.log_channel in gone else old.log_channel}
