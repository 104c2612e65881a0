"""Messages, wherever they are sent or edited."""

from dataclasses import dataclass

from playground.errors import DiscordError
from playground.limits import codes
from playground.limits.components import check_layout, check_rows, is_layout
from playground.limits.embeds import check_embeds
from playground.limits.files import attached, check_sizes
from playground.limits.form import Form
from playground.limits.polls import check_poll
from playground.limits.values import is_one_of, shown
from playground.sent import Sent

CHARACTERS = 2000
SUPPRESS_EMBEDS, EPHEMERAL, SILENT, VOICE, LAYOUT = 1 << 2, 1 << 6, 1 << 12, 1 << 13, 1 << 15
FORWARD = 1
MENTIONS = ("roles", "users", "everyone")
SHOWS = ("content", "embeds", "components", "attachments")
LEGACY = ("content", "embeds", "poll", "sticker_ids")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a route may do with a message; `flags` None for any: an edit may repeat those that there are."""

    edits: bool = False
    flags: int | None = SUPPRESS_EMBEDS | SILENT | VOICE | LAYOUT


POST = Kind()
ANSWER = Kind(flags=SUPPRESS_EMBEDS | EPHEMERAL | SILENT | VOICE | LAYOUT)
EDIT = Kind(edits=True, flags=None)


def check_message(message: Form, sent: Sent, kind: Kind) -> None:
    """Raises `DiscordError` itself, as an empty message is told only when nothing else is wrong."""
    check_sizes(sent)
    message.text("content", CHARACTERS)
    message.boolean("tts")
    files = attached(message, sent, edits=kind.edits)
    check_embeds(message, files)
    check_poll(message)
    message.snowflakes("sticker_ids", 3)
    _check_mentions(message)
    _check_nonce(message)
    _check_reference(message)
    flags = _check_flags(message, kind)
    if flags & LAYOUT or (kind.edits and not message.has("flags") and is_layout(message)):
        check_layout(message, files)
        _check_legacy(message)
    else:
        check_rows(message, files)
    message.judge()
    _check_empty(message, sent, kind)


def _check_flags(message: Form, kind: Kind) -> int:
    flags = int(message.number("flags", 0, 2**53) or 0)
    if kind.flags is not None and flags & ~kind.flags:
        message.wrong("flags", codes.FLAGS, flags=flags & ~kind.flags)
    return flags


def _check_legacy(message: Form) -> None:
    for key in LEGACY:
        value = message.value.get(key)
        if value is not None and value != []:
            message.wrong(key, codes.LEGACY_FIELD, field=key)


def _check_empty(message: Form, sent: Sent, kind: Kind) -> None:
    if kind.edits and (sent.files or not all(key in message.value for key in SHOWS)):
        return  # what it does not name stays, and may be enough
    content = str(message.value.get("content") or "").strip()
    rest = ("embeds", "components", "sticker_ids", "poll", "shared_client_theme", "attachments")
    if not (content or sent.files or any(message.value.get(key) for key in rest) or _forwards(message)):
        raise DiscordError(400, 50006, "Cannot send an empty message")


def _forwards(message: Form) -> bool:
    reference = message.value.get("message_reference")
    return isinstance(reference, dict) and is_one_of(reference.get("type"), (FORWARD,))


def _check_mentions(message: Form) -> None:
    mentions = message.form("allowed_mentions")
    if mentions is None:
        return
    parse = mentions.members("parse", MENTIONS)
    mentions.boolean("replied_user")
    for key in ("users", "roles"):
        if mentions.snowflakes(key, 100) and key in parse:
            message.wrong("allowed_mentions", codes.MENTIONS, kind=key)


def _check_nonce(message: Form) -> None:
    nonce = message.value.get("nonce")
    message.boolean("enforce_nonce")
    if isinstance(nonce, str):
        if len(nonce) > 25:
            message.wrong("nonce", codes.NONCE_LONG)
    elif isinstance(nonce, bool) or not isinstance(nonce, int | None):
        message.wrong("nonce", codes.NONCE_TYPE)
    elif nonce is not None and not -(2**63) <= nonce < 2**63:
        message.wrong("nonce", codes.NUMBER, value=shown(nonce), kind="int")


def _check_reference(message: Form) -> None:
    reference = message.form("message_reference")
    if reference is None:
        return
    reference.choice("type", (0, FORWARD))
    reference.snowflake("message_id", needed=True)
    reference.snowflake("channel_id", needed=_forwards(message))
    reference.snowflake("guild_id")
    reference.boolean("fail_if_not_exists")
    if _forwards(message) and any(message.value.get(key) for key in (*LEGACY, "components", "attachments")):
        message.judge()
        raise DiscordError(400, 160011, "Forward messages cannot have additional content")
