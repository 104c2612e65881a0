"""What a bot says of itself when it connects, judged: its token, its shard, what it wants to hear."""

from collections.abc import Mapping
from typing import Any

from playground.gateway import opcodes
from playground.gateway.session import Session
from playground.world.apps import PRIVILEGED
from playground.world.world import World

GUILDS_A_SHARD = 2500
_KNOWN = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
"""Every intent there is."""
_LEAVE = {1 << 1: "members", 1 << 8: "presences", 1 << 15: "content"}
"""Intents that an application must be let have."""


def session_from(world: World, data: Any) -> Session:
    """From the `d` of an identify. Raises `opcodes.Closed`."""
    if not isinstance(data, Mapping) or not isinstance(data.get("token"), str):
        raise opcodes.not_decoded()
    app = world.application(str(data["token"]).removeprefix("Bot "))
    if app is None:
        raise opcodes.authentication_failed()
    shard = _shard(data.get("shard"))
    guilds = sum(app.user.id in guild.members for guild in world.guilds.values())
    if guilds / shard[1] > GUILDS_A_SHARD:
        raise opcodes.sharding_required()
    large, presence = data.get("large_threshold"), data.get("presence")
    return Session(
        app=app,
        intents=_intents(data.get("intents"), app.flags),
        shard=shard,
        large=large if isinstance(large, int) else 50,
        presence=presence if isinstance(presence, dict) else {},
    )


def _shard(asked: Any) -> tuple[int, int]:
    if asked is None:
        return 0, 1
    match asked:
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
    raise opcodes.invalid_shard()


def _intents(asked: Any, flags: int) -> int:
    if not isinstance(asked, int) or isinstance(asked, bool) or asked < 0 or asked & ~_KNOWN:
        raise opcodes.invalid_intents()
    for intent, name in _LEAVE.items():
        # The flag beside it is that of an application in fewer than a hundred servers.
        if asked & intent and not flags & (PRIVILEGED[name] | PRIVILEGED[name] << 1):
            raise opcodes.disallowed_intents()
    return asked
