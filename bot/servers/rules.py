"""What holds in a server: its settings at hand, and whether what a member wants is within them.

Asked when a picture is asked for, whatever it was asked with: a command, a button, a form.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import discord

from bot import gate
from bot.answers import Interaction, Refused
from bot.quoting import quoted
from bot.servers.blocked_words import first_blocked
from bot.servers.settings import ServerSettings, largest
from bot.servers.shown import differences
from bot.servers.trail import entry_of, told
from bot.store.servers import Entry, ServerStore
from bot.styles.by_place import Styles
from bot.texts.languages import ENGLISH
from bot.wanted import Wanted
from protocol.errors import InvalidRequest

_AT_HAND = 10_000
_SHOWN = 10
"""Channels and roles named in a refusal."""
NOTHING = ServerSettings()


class Rules:
    """Each server's settings are read once and then kept at hand; a change is written at once."""

    def __init__(
        self,
        store: ServerStore,
        styles: Styles,
        wake: Callable[[], None],
        locale_of: Callable[[int], str] = lambda guild_id: ENGLISH,
    ) -> None:
        """`locale_of` is a server's own language, where its settings name none."""
        self._store = store
        self._locale_of = locale_of
        self._styles = styles
        self._wake = wake
        self._known: OrderedDict[int, ServerSettings] = OrderedDict()
        self._changing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """For each server: what is changed is what the change before has left."""

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
        async with self._one(guild_id):
            changed = replace(await self.of(guild_id), **fields)
            await self._write(guild_id, changed, entry_of(guild_id, by, kind, None, details or {}))
        return changed

    async def adjust(
        self,
        guild_id: int,
        by: int,
        make: Callable[[ServerSettings], Mapping[str, Any]],
        kind: str = "settings",
        details: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Sets the fields that `make` gives for what is set at that moment; the trail has what changed, which is given
        back (`bot.servers.shown.differences`), or else `details`. Raises as `change` does, and whatever `make`
        raises."""
        async with self._one(guild_id):
            old = await self.of(guild_id)
            new = replace(old, **make(old))
            found = differences(old, new)
            if found:
                await self._write(guild_id, new, entry_of(guild_id, by, kind, None, details or {"changes": found}))
        return found

    def _one(self, guild_id: int) -> asyncio.Lock:
        return self._changing.setdefault(guild_id, asyncio.Lock())

    async def _write(self, guild_id: int, settings: ServerSettings, entry: Entry) -> None:
        letter = told(entry, settings, self._locale_of(guild_id))
        try:
            await self._store.set(guild_id, settings.to_json(), entry, letter)
        except BaseException:
            self._known.pop(guild_id, None)  # where this was cancelled it may be written nevertheless
            raise
        self._known[guild_id] = settings
        if letter is not None:
            self._wake()

    def forget(self, guild_id: int) -> None:
        """As of a server of which nothing is kept."""
        self._known.pop(guild_id, None)

    async def check(self, interaction: Interaction, wanted: Wanted) -> None:
        """Raises `Refused`."""
        settings = await self.of(interaction.guild_id)
        check_place(interaction, settings)
        _check_bounds(wanted, settings)
        check_words(wanted.request.prompt, settings)
        self._check_names(wanted, interaction.guild_id, settings)
        for sha256 in wanted.hashes:
            style = self._styles.standing(
                sha256, interaction.guild_id, settings.hidden_styles, again=bool(wanted.parent)
            )
            if style.adult:
                check_adult(interaction, settings)

    def _check_names(self, wanted: Wanted, guild_id: int | None, settings: ServerSettings) -> None:
        """Members name their blends, and everybody reads that; what the server's own styles are called is its own."""
        if settings.blocked_words and wanted.style:
            known = {style.name for style in self._styles.of(guild_id, settings.hidden_styles)}
            check_words(" ".join(one for one in re.split(r" \+ |, ", wanted.style) if one not in known), settings)


def check_words(words: str, settings: ServerSettings) -> None:
    """Of a prompt, or of a name that others read. Raises `Refused`."""
    if (word := first_blocked(words, settings.blocked_words)) is not None:
        raise Refused("blocked_word", word=quoted(word, 60))


def check_place(interaction: Interaction, settings: ServerSettings) -> None:
    """Whether that member may paint in that channel. Raises `Refused`."""
    guild = None if interaction.guild_id is None else interaction.client.get_guild(interaction.guild_id)
    channels, roles = channels_there(settings, guild), roles_there(settings, guild)
    if channels and not _channels(interaction) & set(channels):
        raise Refused("not_this_channel", channels=" ".join(f"<#{one}>" for one in channels[:_SHOWN]))
    if roles and not roles_of(interaction) & set(roles):
        raise Refused("not_these_roles", roles=" ".join(f"<@&{one}>" for one in roles[:_SHOWN]))


def channels_there(settings: ServerSettings, guild: discord.Guild | None) -> tuple[int, ...]:
    """Where members may paint; empty for anywhere, also where all that were set are deleted: nobody could paint in
    that server, and only its admins could know why."""
    return _there(settings.channels, guild, lambda one: guild is not None and guild.get_channel(one) is not None)


def roles_there(settings: ServerSettings, guild: discord.Guild | None) -> tuple[int, ...]:
    """Whose members may paint; empty for everybody, as `channels_there`."""
    return _there(settings.roles, guild, lambda one: guild is not None and guild.get_role(one) is not None)


def _there(ids: tuple[int, ...], guild: discord.Guild | None, is_there: Callable[[int], bool]) -> tuple[int, ...]:
    if guild is None or guild.unavailable:  # what it has is not known
        return ids
    return tuple(one for one in ids if is_there(one))


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
    """The channel, of a thread the one that it is in, and the category of either."""
    channel = interaction.channel
    parent = channel.parent if isinstance(channel, discord.Thread) else None
    found = [interaction.channel_id, getattr(channel, "parent_id", None)]
    found += [getattr(one, "category_id", None) for one in (channel, parent)]
    return {one for one in found if one is not None}


def _check_bounds(wanted: Wanted, settings: ServerSettings) -> None:
    request = wanted.request
    if settings.most_steps is not None and max(one.steps or 0 for one in wanted.requests) > settings.most_steps:
        raise Refused("steps_above", count=settings.most_steps)
    if settings.most_count is not None and wanted.amount > settings.most_count:
        key = "cells_above" if wanted.variants else "count_above"
        raise Refused(key, most=settings.most_count, count=wanted.amount)
    side = max(request.width or 0, request.height or 0)
    if settings.most_side is not None and side > settings.most_side:
        raise Refused("side_above", most=settings.most_side, count=side)


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
