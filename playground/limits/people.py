"""Members of a server, the bot's own account, direct messages."""

from playground.limits import codes
from playground.limits.form import Form
from playground.limits.images import check_image
from playground.limits.names import check_username

TIMEOUT = 28 * 24 * 3600.0
LEEWAY = 60.0
"""Seconds: the request was a moment under way."""


def check_member(member: Form, now: float) -> None:
    member.text("nick", 32)
    member.snowflakes("roles", 350)
    member.boolean("mute")
    member.boolean("deaf")
    member.snowflake("channel_id")
    until = member.time("communication_disabled_until")
    if until is not None and until > now + TIMEOUT + LEEWAY:
        member.wrong("communication_disabled_until", codes.TIMEOUT)


def check_account(account: Form) -> None:
    check_username(account, 32, 2)
    check_image(account, "avatar")
    check_image(account, "banner")


def check_own_member(member: Form) -> None:
    member.text("nick", 32)
    member.text("bio", 190)
    check_image(member, "avatar")
    check_image(member, "banner")


def check_direct(direct: Form) -> None:
    direct.snowflake("recipient_id", needed=not direct.has("access_tokens"))
