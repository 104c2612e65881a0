"""Polls."""

from playground.limits.emojis import check_emoji
from playground.limits.form import Form

HOURS = 32 * 24


def check_poll(message: Form) -> None:
    poll = message.form("poll")
    if poll is None:
        return
    if question := poll.form("question", needed=True):
        question.text("text", 300, 1, needed=True)
    for answer in poll.forms("answers", 10, 1, needed=True):
        if media := answer.form("poll_media", needed=True):
            media.text("text", 55, 1, needed=True)
            check_emoji(media, named=False)
    poll.number("duration", 1, HOURS)
    poll.boolean("allow_multiselect")
    poll.choice("layout_type", (1,))
