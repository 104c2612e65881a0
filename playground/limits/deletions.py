"""Messages deleted by the dozen."""

from playground.errors import DiscordError
from playground.limits.form import Form
from playground.snowflake import moment_of

LEAST, MOST = 2, 100
COUNT = "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete"
OLDEST = 14 * 24 * 3600.0


def check_bulk_delete(body: Form, now: float) -> None:
    given = body.value.get("messages")
    if isinstance(given, list) and not LEAST <= len(given) <= MOST:
        raise DiscordError(400, 50016, COUNT)
    ids = body.snowflakes("messages", MOST, needed=True)
    body.judge()
    if any(moment_of(id) < now - OLDEST for id in ids):
        raise DiscordError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
