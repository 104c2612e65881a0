"""A poll as it is asked for, made into the one that a message has."""

from collections.abc import Mapping
from typing import Any

from playground.world.world import World

HOUR = 3600.0


def poll_from(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answers are numbered from 1; `duration` is in hours, 24 where it is not said."""
    answers = [
        {"answer_id": number, "poll_media": dict(answer["poll_media"])}
        for number, answer in enumerate(asked["answers"], 1)
    ]
    return {
        "question": dict(asked["question"]),
        "answers": answers,
        "expiry": world.clock.iso(world.clock.now() + HOUR * (asked.get("duration") or 24)),
        "allow_multiselect": bool(asked.get("allow_multiselect")),
        "layout_type": asked.get("layout_type") or 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }
