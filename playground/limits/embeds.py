"""Embeds: each part's length, and that of all parts together."""

from playground.limits import codes
from playground.limits.files import Attached
from playground.limits.form import Form

MOST = 10
FIELDS = 25
CHARACTERS = 6000
"""Of all embeds of a message."""
SEEN = ("title", "description", "author", "footer", "fields", "image", "thumbnail", "video")
"""One of these an embed must have."""
COLOURS = 0xFFFFFF


def check_embeds(message: Form, attached: Attached) -> None:
    characters = sum(_check(embed, attached) for embed in message.forms("embeds", MOST))
    if characters > CHARACTERS:
        message.wrong("embeds", codes.EMBEDS_LARGE)


def _check(embed: Form, attached: Attached) -> int:
    """Gives the characters that count."""
    texts = [embed.text("title", 256), embed.text("description", 4096)]
    embed.url("url")
    embed.number("color", 0, COLOURS)
    embed.time("timestamp")
    if author := embed.form("author"):
        texts.append(author.text("name", 256))
        author.url("url")
        attached.check(author, "icon_url")
    if footer := embed.form("footer"):
        texts.append(footer.text("text", 2048))
        attached.check(footer, "icon_url")
    for field in embed.forms("fields", FIELDS):
        texts += [field.text("name", 256, 1, needed=True), field.text("value", 1024, 1, needed=True)]
        field.boolean("inline")
    for key in ("image", "thumbnail"):
        if picture := embed.form(key):
            attached.check(picture, "url")
    if not any(embed.value.get(key) for key in SEEN):
        embed.wrong("description", codes.REQUIRED)
    return sum(len(text) for text in texts if text)
