"""Pictures inside a body, as data: addresses; and the emoji that are made of them."""

import binascii
import re

from playground.limits import codes
from playground.limits.form import Form

DATA = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp|avif);base64,")
AVATAR_BYTES = 10 * 2**20
EMOJI_BYTES = 256 * 2**10


def check_image(owner: Form, key: str, most: int = AVATAR_BYTES, *, needed: bool = False) -> None:
    text = owner.text(key, 2 * most, needed=needed)
    if text is None:
        return
    head = DATA.match(text)
    if head is None:
        owner.wrong(key, codes.IMAGE)
        return
    try:
        size = len(binascii.a2b_base64(text[head.end() :].encode(), strict_mode=True))
    except ValueError:
        owner.wrong(key, codes.IMAGE)
        return
    if size > most:
        owner.wrong(key, codes.IMAGE_LARGE, most=f"{most / 1024:.1f}")


def check_custom_emoji(emoji: Form, *, patch: bool = False) -> None:
    name = emoji.text("name", 32, 2, needed=not patch)
    if name is not None and not re.fullmatch(r"\w+", name, re.ASCII):
        emoji.wrong("name", codes.REGEX)
    if not patch:
        check_image(emoji, "image", EMOJI_BYTES, needed=True)
