"""Emojis: those of a server, and an application's own."""

import base64
import binascii
from typing import Any

from playground.errors import DiscordError, invalid_form, missing_permissions, unknown
from playground.rest.access import guild_of
from playground.rest.call import Call, Route
from playground.world.apps import Application
from playground.world.surroundings import change_emojis

MOST_IN_GUILD, MOST_OF_APPLICATION = 50, 2000
LARGEST = 256 * 1024
"""Bytes of a picture."""

Emojis = dict[int, dict[str, Any]]


async def list_guild(call: Call) -> list[dict[str, Any]]:
    return list(guild_of(call).emojis.values())


async def get_guild(call: Call) -> dict[str, Any]:
    return _found(call, guild_of(call).emojis)


async def add_guild(call: Call) -> tuple[int, dict[str, Any]]:
    guild = guild_of(call, "manage_guild_expressions")
    emoji = _add(call, guild.emojis, MOST_IN_GUILD)
    change_emojis(call.world, guild)
    return 201, emoji


async def edit_guild(call: Call) -> dict[str, Any]:
    guild = guild_of(call, "manage_guild_expressions")
    emoji = _rename(call, guild.emojis)
    change_emojis(call.world, guild)
    return emoji


async def delete_guild(call: Call) -> None:
    guild = guild_of(call, "manage_guild_expressions")
    _found(call, guild.emojis)
    del guild.emojis[call.id("emoji_id")]
    change_emojis(call.world, guild)


async def list_own(call: Call) -> dict[str, Any]:
    return {"items": list(_own(call).emojis.values())}


async def get_own(call: Call) -> dict[str, Any]:
    return _found(call, _own(call).emojis)


async def add_own(call: Call) -> tuple[int, dict[str, Any]]:
    return 201, _add(call, _own(call).emojis, MOST_OF_APPLICATION)


async def edit_own(call: Call) -> dict[str, Any]:
    return _rename(call, _own(call).emojis)


async def delete_own(call: Call) -> None:
    emojis = _own(call).emojis
    _found(call, emojis)
    del emojis[call.id("emoji_id")]


def _own(call: Call) -> Application:
    """Nobody sees another application's."""
    if call.id("application_id") != call.app.id:
        raise missing_permissions()
    return call.app


def _found(call: Call, emojis: Emojis) -> dict[str, Any]:
    if (emoji := emojis.get(call.id("emoji_id"))) is None:
        raise unknown("Emoji")
    return emoji


def _add(call: Call, emojis: Emojis, most: int) -> dict[str, Any]:
    body = call.body or {}
    if len(emojis) >= most:
        raise DiscordError(400, 30008, f"Maximum number of emojis reached ({most})")
    kind, data = _picture(str(body["image"]))
    if len(data) > LARGEST:
        raise invalid_form({"image": ("BINARY_TYPE_MAX_SIZE", "File cannot be larger than 256.0 kb.")})
    id = call.world.new_id()
    emojis[id] = {
        "id": str(id),
        "name": body["name"],
        "roles": [str(role) for role in body.get("roles") or ()],
        "user": call.app.user.to_json(),
        "require_colons": True,
        "managed": False,
        "animated": kind == "image/gif",
        "available": True,
    }
    call.world.emoji_pictures[id] = (kind, data)
    return emojis[id]


def _rename(call: Call, emojis: Emojis) -> dict[str, Any]:
    emoji = _found(call, emojis)
    emoji["name"] = (call.body or {}).get("name") or emoji["name"]
    return emoji


def _picture(address: str) -> tuple[str, bytes]:
    """From a data URI."""
    head, _, data = address.partition(";base64,")
    try:
        if not head.startswith("data:image/"):
            raise ValueError(head)
        return head.removeprefix("data:"), base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise invalid_form({"image": ("IMAGE_INVALID", "Invalid image data")}) from None


_GUILD, _OWN = "/guilds/{guild_id}/emojis", "/applications/{application_id}/emojis"
ROUTES: tuple[Route, ...] = (
    Route("GET", _GUILD, list_guild),
    Route("POST", _GUILD, add_guild),
    Route("GET", f"{_GUILD}/{{emoji_id}}", get_guild),
    Route("PATCH", f"{_GUILD}/{{emoji_id}}", edit_guild),
    Route("DELETE", f"{_GUILD}/{{emoji_id}}", delete_guild),
    Route("GET", _OWN, list_own),
    Route("POST", _OWN, add_own),
    Route("GET", f"{_OWN}/{{emoji_id}}", get_own),
    Route("PATCH", f"{_OWN}/{{emoji_id}}", edit_own),
    Route("DELETE", f"{_OWN}/{{emoji_id}}", delete_own),
)
