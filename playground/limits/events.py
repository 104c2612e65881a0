"""Scheduled events of a server."""

from playground.limits import codes
from playground.limits.form import Form
from playground.limits.images import check_image

STAGE, VOICE, EXTERNAL = 1, 2, 3


def check_event(event: Form, now: float, *, patch: bool = False) -> None:
    kind = event.choice("entity_type", (STAGE, VOICE, EXTERNAL), needed=not patch)
    event.text("name", 100, 1, needed=not patch)
    event.text("description", 1000)
    event.choice("privacy_level", (2,), needed=not patch)
    event.choice("status", (1, 2, 3, 4))
    event.snowflake("channel_id", needed=kind in (STAGE, VOICE))
    check_image(event, "image")
    starts = event.time("scheduled_start_time", needed=not patch)
    ends = event.time("scheduled_end_time", needed=kind == EXTERNAL)
    metadata = event.form("entity_metadata", needed=kind == EXTERNAL)
    if metadata is not None and (kind == EXTERNAL or metadata.has("location")):
        metadata.text("location", 100, 1, needed=True)
    if starts is not None and starts < now:
        event.wrong("scheduled_start_time", codes.EVENT_PAST)
    if starts is not None and ends is not None and ends <= starts:
        event.wrong("scheduled_end_time", codes.EVENT_ORDER)
