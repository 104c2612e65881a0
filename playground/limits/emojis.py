"""Emoji: the character, or one that a server or an application has made."""

import re

from playground.errors import DiscordError
from playground.limits import codes
from playground.limits.form import Form

_EMOJI = (
    "©®‼⁉™ℹ↔-↙↩↪⌚⌛⌨⏏⏩-⏳⏸-⏺Ⓜ▪▫▶◀◻-◾☀-☄☎☑☔☕☘☝☠☢☣☦☪☮☯☸-☺♀♂♈-♓♟♠♣♥♦♨♻♾♿⚒-⚗⚙⚛⚜⚠⚡⚧⚪⚫⚰⚱⚽⚾⛄⛅⛈⛎⛏⛑⛓⛔⛩⛪⛰-⛵⛷-⛺⛽"
    "✂✅✈-✍✏✒✔✖✝✡✨✳✴❄❇❌❎❓-❕❗❣❤➕-➗➡➰➿⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f"
    "\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001faff"
)
"""The blocks of pictures whole, as more come every year; of older blocks the characters that are emoji (Unicode 16)."""
_ONE = f"[{_EMOJI}]\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
UNICODE = re.compile(f"{_ONE}(?:\u200d{_ONE})*|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3")
CUSTOM = re.compile(r"(?:a:)?\w{2,32}:[1-9][0-9]{0,18}", re.ASCII)


def check_reaction(emoji: str) -> None:
    """As it stands in the path of a route, unquoted: the character, or name:id. Raises `DiscordError`."""
    if not UNICODE.fullmatch(emoji) and not CUSTOM.fullmatch(emoji):
        raise DiscordError(400, 10014, "Unknown Emoji")


def check_emoji(owner: Form, *, named: bool = True) -> None:
    """The field `emoji` of a button, an option (`named`: also with an id), or an answer of a poll."""
    emoji = owner.form("emoji")
    if emoji is None:
        return
    id = emoji.snowflake("id")
    name = emoji.text("name", 32, needed=named or id is None)
    emoji.boolean("animated")
    if id is None and name is not None and not UNICODE.fullmatch(name):
        emoji.wrong("name", codes.EMOJI)
