"""What holds in a server: its settings at hand, and whether what a member wants is within them.

Asked when a picture is asked for, whatever it was asked with: a command, a button, a form.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.blocked_words import first_blocked
from bot.quoting import quoted
from bot.server_settings import ServerSettings, largest
from bot.store.servers import ServerStore
from bot.styles import Styles
from bot.trail import entry_of, told
from bot.wanted import Wanted
from protocol.errors import InvalidRequest

_AT_HAND = 10_000
_SHOWN = 10
"""Channels and roles named in a refusal."""
NOTHING = ServerSettings()


class Rules:
    """Each server's settings are read once and then kept at hand; a change is written at once."""

    def __init__(self, store: ServerStore, styles: Styles, wake: Callable[[], None]) -> None:
        self._store = store
        self._styles = styles
        self._wake = wake
        self._known: OrderedDict[int, ServerSettings] = OrderedDict()

    async def of(self, guild_id: int | None) -> ServerSettings:
        """Raises `StoreFailed`."""
        if guild_id is None:
            return NOTHING
        if guild_id not in self._known:
            read = _sound(await self._store.of(guild_id))
            self._known.setdefault(guild_id, read)  # it may have been changed while it was read
        self._known.move_to_end(guild_id)
        while len(self._known) > _AT_HAND:
            self._known.popitem(last=False)
        return self._known[guild_id]

    async def change(
        self, guild_id: int, by: int, kind: str, details: Mapping[str, Any] | None = None, /, **fields: Any
    ) -> ServerSettings:
        """Sets fields; the trail has `audit_<kind>`. Raises `InvalidRequest` for a value its field cannot have, and
        `StoreFailed`; then nothing is changed."""
        changed = replace(await self.of(guild_id), **fields)
        entry = entry_of(guild_id, by, kind, None, details or {})
        letter = told(entry, changed)
        await self._store.set(guild_id, changed.to_json(), entry, letter)
        self._known[guild_id] = changed
        if letter is not None:
            self._wake()
        return changed

    async def most_side(self, guild_id: int | None) -> int | None:
        """Pixels of the longer side of a picture there; None for any."""
        return (await self.of(guild_id)).most_side

    def forget(self, guild_id: int) -> None:
        """As of a server of which nothing is kept."""
        self._known.pop(guild_id, None)

    async def check(self, interaction: Interaction, wanted: Wanted) -> None:
        """Raises `Refused`."""
        settings = await self.of(interaction.guild_id)
        check_place(interaction, settings)
        _check_bounds(wanted, settings)
        if (word := first_blocked(wanted.request.prompt, settings.blocked_words)) is not None:
            raise Refused("blocked_word", word=quoted(word, 60))
        for sha256 in wanted.hashes:
            style = self._styles.standing(
                sha256, interaction.guild_id, settings.hidden_styles, again=bool(wanted.parent)
            )
            if style.adult:
                check_adult(interaction, settings)


def check_place(interaction: Interaction, settings: ServerSettings) -> None:
    """Whether that member may paint in that channel. Raises `Refused`."""
    if settings.channels and not _channels(interaction) & set(settings.channels):
        named = " ".join(f"<#{one}>" for one in settings.channels[:_SHOWN])
        raise Refused("not_this_channel", channels=named)
    if settings.roles and not set(roles_of(interaction)) & set(settings.roles):
        raise Refused("not_these_roles", roles=" ".join(f"<@&{one}>" for one in settings.roles[:_SHOWN]))


def check_adult(interaction: Interaction, settings: ServerSettings) -> None:
    """For a style that is age-restricted. Raises `Refused`."""
    if not settings.adult:
        raise Refused("adult_not_here")
    if not gate.is_nsfw(interaction):
        raise Refused("adult_elsewhere")


def roles_of(interaction: Interaction) -> frozenset[int]:
    """Those of whoever asks; everybody has the server's own."""
    return frozenset(role.id for role in getattr(interaction.user, "roles", ()))


def weight_of(settings: ServerSettings, roles: frozenset[int], of_operator: Mapping[int, float]) -> float:
    """How much somebody with these roles weighs among the members of their server."""
    found = largest({**of_operator, **settings.role_weights}, roles)
    return 1.0 if found is None else found


def quota_of(settings: ServerSettings, roles: frozenset[int]) -> int | None:
    """Pictures that somebody with these roles may ask for in 24 hours; None for as many as they like."""
    found = largest(settings.role_quotas, roles)
    return settings.quota if found is None else int(found)


def _channels(interaction: Interaction) -> set[int]:
    """The channel, and of a thread the one that it is in."""
    channel = interaction.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return {one for one in (interaction.channel_id, parent) if one is not None}


def _check_bounds(wanted: Wanted, settings: ServerSettings) -> None:
    request = wanted.request
    if settings.most_steps is not None and (request.steps or 0) > settings.most_steps:
        raise Refused("steps_above", most=settings.most_steps)
    if settings.most_count is not None and wanted.amount > settings.most_count:
        raise Refused("count_above", most=settings.most_count)
    side = max(request.width or 0, request.height or 0)
    if settings.most_side is not None and side > settings.most_side:
        raise Refused("side_above", most=settings.most_side, side=side)


def _sound(kept: Mapping[str, Any]) -> ServerSettings:
    """Without what no setting may be today: bounds change, and what was kept before them must not stop a server."""
    try:
        return ServerSettings.from_json(kept)
    except InvalidRequest:
        good: dict[str, Any] = {}
        for name, value in kept.items():
            try:
                ServerSettings.from_json({name: value})
            except InvalidRequest:
                continue
            good[name] = value
        return ServerSettings.from_json(good)
