"""Where the file of a message can be had: addresses that are signed and expire."""

import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import quote

from playground.world.messages import Attachment

if TYPE_CHECKING:
    from playground.world.world import World

SIGNED_SECONDS = 24 * 3600
"""For which the address of an attachment is good."""


def signed(world: "World", place: int, attachment: Attachment) -> str:
    """Good for a day: `ex` and `is` are Unix seconds in hexadecimal, `hm` signs them with the path. The file can be had
    there from now on, whatever becomes of its message."""
    world.files.keep(attachment)
    path = attachment_path(place, attachment)
    now = int(world.clock.now())
    return f"{world.cdn}{path}?{signature(world, path, now, now + SIGNED_SECONDS)}"


def attachment_path(place: int | str, attachment: Attachment) -> str:
    return f"/attachments/{place}/{attachment.id}/{quote(attachment.filename)}"


def signature(world: "World", path: str, made: int, expires: int) -> str:
    mac = hmac.new(world.secret, f"{path}|{made:x}|{expires:x}".encode(), hashlib.sha256).hexdigest()
    return f"ex={expires:x}&is={made:x}&hm={mac}&"
