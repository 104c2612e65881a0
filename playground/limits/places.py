"""Channels, threads, roles, and what people may do in them."""

from playground.limits.commands import check_permissions
from playground.limits.embeds import COLOURS
from playground.limits.form import Form
from playground.limits.messages import POST, check_message
from playground.sent import Sent

CREATED = (0, 2, 4, 5, 13, 14, 15)
THREADS = (10, 11, 12)
FORUMS = (15, 16)
ARCHIVED_AFTER = (60, 1440, 4320, 10080)
SLOW = 21600
"""Seconds between two messages of a member, at most."""


def check_channel(channel: Form, *, patch: bool = False) -> None:
    channel.text("name", 100, 1, needed=not patch)
    kind = channel.choice("type", CREATED)
    channel.text("topic", 4096 if kind in FORUMS or (patch and kind is None) else 1024)
    channel.boolean("nsfw")
    channel.snowflake("parent_id")
    channel.number("position", 0)
    channel.number("rate_limit_per_user", 0, SLOW)
    channel.number("bitrate", 8000)
    channel.number("user_limit", 0, 10000)
    for overwrite in channel.forms("permission_overwrites", 100):
        overwrite.snowflake("id", needed=True)
        check_overwrite(overwrite)
    if patch:
        _check_thread_fields(channel)


def check_overwrite(overwrite: Form) -> None:
    overwrite.choice("type", (0, 1))
    check_permissions(overwrite, "allow")
    check_permissions(overwrite, "deny")


def check_role(role: Form) -> None:
    role.text("name", 100, 1)
    role.number("color", 0, COLOURS)
    role.boolean("hoist")
    role.boolean("mentionable")
    check_permissions(role, "permissions")
    if colours := role.form("colors"):
        for key in ("primary_color", "secondary_color", "tertiary_color"):
            colours.number(key, 0, COLOURS)


def check_thread(thread: Form, sent: Sent) -> None:
    """A forum's post brings its first message with it."""
    thread.text("name", 100, 1, needed=True)
    thread.choice("type", THREADS)
    _check_thread_fields(thread)
    if message := thread.form("message"):
        check_message(message, sent, POST)


def _check_thread_fields(thread: Form) -> None:
    thread.choice("auto_archive_duration", ARCHIVED_AFTER)
    thread.number("rate_limit_per_user", 0, SLOW)
    thread.snowflakes("applied_tags", 5)
    for key in ("archived", "locked", "invitable"):
        thread.boolean(key)
